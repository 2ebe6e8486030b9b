package storage

import (
	"cmp"
	"errors"
	"fmt"

	"contactsync/internal/outage"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// What is wrong before anything is asked.
var (
	errSettings = errors.New("the AWS settings cannot be read; look at AWS_PROFILE, AWS_CONFIG_FILE and the files they name")
	errRegion   = errors.New("the region that is set is none that can be; correct region in path, or AWS_REGION (such as us-east-1)")
	errNoRegion = errors.New("no region is set; add ?region=... to path, or set AWS_REGION")
)

// noCredentialsError says that there is nothing to sign requests by.
type noCredentialsError struct{ err error }

func (e *noCredentialsError) Error() string {
	return "no AWS credentials can be had; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role"
}
func (e *noCredentialsError) Unwrap() error { return e.err }

const (
	lookAtRights      = "look at what the AWS credentials may do"
	lookAtCredentials = "look at the AWS credentials in the environment"
)

// refusals are the codes of S3's answers that a person can do something about, in
// our words. What else an answer says is not shown: a store may repeat what it was
// asked, with the session token.
var refusals = map[string]string{
	"NoSuchBucket":                       "there is no such bucket; create it, or correct path",
	"NoSuchKey":                          "there is no such object",
	"NotFound":                           "there is no such bucket or object",
	"AccessDenied":                       "access is denied; " + lookAtRights,
	"Forbidden":                          "access is denied; " + lookAtRights,
	"InvalidAccessKeyId":                 "the access key is not known there; " + lookAtCredentials,
	"InvalidClientTokenId":               "the access key is not known there; " + lookAtCredentials,
	"SignatureDoesNotMatch":              "the secret key does not fit the access key; " + lookAtCredentials,
	"InvalidToken":                       "the session token is not accepted; " + lookAtCredentials,
	"ExpiredToken":                       "the session token has expired; get a new one",
	"TokenRefreshRequired":               "the session token has expired; get a new one",
	"ExpiredTokenException":              "the session token has expired; get a new one",
	"RequestTimeTooSkewed":               "this machine's clock is wrong; set it",
	"SlowDown":                           "the store asks to go slower; the next run tries again",
	"ServiceUnavailable":                 "the store is not available; the next run tries again",
	"InternalError":                      "the store failed within; the next run tries again",
	"RequestTimeout":                     "no answer in time; the next run tries again",
	"PermanentRedirect":                  "the bucket is in another region; add ?region=... to path",
	"AuthorizationHeaderMalformed":       "the bucket is in another region; add ?region=... to path",
	"MovedPermanently":                   "the bucket is in another region; add ?region=... to path",
	"IllegalLocationConstraintException": "the bucket is in another region; add ?region=... to path",
	"QuotaExceeded":                      "the store is full",
	"XMinioStorageFull":                  "the store is full",
	"InvalidBucketName":                  "the bucket's name is none that can be; correct path",
	"KMS.NotFoundException":              "the encryption key is not known there; correct kmskeyid",
	"InvalidObjectState":                 "the object lies in an archive",
	"KeyTooLongError":                    "the name is too long for the store; choose a shorter prefix",
}

// Failed says what could not be done, where and why, in words of ours: nothing of
// the request's URL, of its parameters or of the answer.
func (s *Place) Failed(what string, err error) error {
	return &plainError{message: fmt.Sprintf("object storage: bucket %s: %s: %s", s.Bucket, what, reasonOf(err)), err: err}
}

// plainError is the error of a library in one line for people.
type plainError struct {
	message string
	err     error
}

func (e *plainError) Error() string { return e.message }
func (e *plainError) Unwrap() error { return e.err }

func reasonOf(err error) string {
	for _, ours := range []error{errSettings, errNoRegion, errRegion} {
		if errors.Is(err, ours) {
			return ours.Error()
		}
	}
	if missing, ok := errors.AsType[*noCredentialsError](err); ok {
		return missing.Error()
	}
	if answer, ok := errors.AsType[smithy.APIError](err); ok {
		if words := refusals[answer.ErrorCode()]; words != "" {
			return words
		}
	}
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && answer.HTTPStatusCode() >= 300 { // 0: there was none
		return outage.Status(answer.HTTPStatusCode())
	}
	return cmp.Or(outage.Class(err), "the store's answer cannot be used")
}
