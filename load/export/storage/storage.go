// Package storage opens a place in S3 or what speaks like it, by the URL that a config
// holds, and says in words of ours what goes wrong there: no error of it shows a value of
// the URL, of a request or of an answer.
package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/aws/smithy-go/logging"
	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"
)

// Place is what an s3:// URL says. Its parameters are those of gocloud.dev's own
// opener, which quotes the whole URL in its errors and lets the SDK write lines of
// its own to stderr.
type Place struct {
	Bucket, Prefix string
	load           []func(*config.LoadOptions) error
	client         []func(*s3.Options)
	options        s3blob.Options
	endpoint, role string
	anonymous      bool
	perSecond      uint // tokens of the SDK's own rate limit; 0: none
}

// parameters are what may stand after the ? of the URL.
var parameters = map[string]func(*Place, string) error{
	"region":     func(s *Place, v string) error { return s.add(config.WithRegion(v)) },
	"profile":    func(s *Place, v string) error { return s.add(config.WithSharedConfigProfile(v)) },
	"endpoint":   func(s *Place, v string) error { s.endpoint = v; return checkEndpoint(v) },
	"role":       func(s *Place, v string) error { s.role = v; return checkRole(v) },
	"kmskeyid":   func(s *Place, v string) error { s.options.KMSEncryptionID = v; return nil },
	"awssdk":     func(*Place, string) error { return nil }, // of older versions
	"anonymous":  flag(func(s *Place, yes bool) { s.anonymous = yes }),
	"accelerate": onClient(func(o *s3.Options, yes bool) { o.UseAccelerate = yes }),

	"use_path_style":     onClient(func(o *s3.Options, yes bool) { o.UsePathStyle = yes }),
	"s3ForcePathStyle":   onClient(func(o *s3.Options, yes bool) { o.UsePathStyle = yes }),
	"hostname_immutable": onClient(func(o *s3.Options, yes bool) { o.UsePathStyle = o.UsePathStyle || yes }),
	"disable_https":      onClient(func(o *s3.Options, yes bool) { o.EndpointOptions.DisableHTTPS = yes }),

	"dualstack": flag(func(s *Place, yes bool) {
		if yes {
			s.load = append(s.load, config.WithUseDualStackEndpoint(aws.DualStackEndpointStateEnabled))
		}
	}),
	"fips": flag(func(s *Place, yes bool) {
		if yes {
			s.load = append(s.load, config.WithUseFIPSEndpoint(aws.FIPSEndpointStateEnabled))
		}
	}),
	"ssetype":                      encryption,
	"rate_limiter_capacity":        capacity,
	"request_checksum_calculation": requestChecksum, "response_checksum_validation": responseChecksum,
}

// Parse reads an s3:// URL. Its errors show no value of it.
func Parse(text string) (*Place, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("path is not a URL; it looks like s3://bucket/prefix")
	}
	if u.Scheme != "s3" || u.Host == "" {
		return nil, fmt.Errorf("path %s is not of the form s3://bucket/prefix", Display(text))
	}
	if u.User != nil {
		return nil, errors.New("path holds a user name; credentials come from the environment (AWS_ACCESS_KEY_ID), a profile or a role")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, errors.New("the parameters of path cannot be read; those of a URL are name=value, joined by &")
	}
	s := &Place{Bucket: u.Host, Prefix: strings.Trim(u.Path, "/")}
	if s.Prefix == "" {
		return nil, errors.New("path names a bucket and no prefix in it; add one, as in s3://bucket/contacts: what belongs to an export lies beside it, too")
	}
	if path.Clean("/"+s.Prefix) != "/"+s.Prefix {
		return nil, errors.New("path has a part of no name, . or ..; it looks like s3://bucket/prefix")
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		set, known := parameters[name]
		if !known { // which may be a value whose name was forgotten
			return nil, fmt.Errorf("path has a parameter that is not known; known are %s", strings.Join(slices.Sorted(maps.Keys(parameters)), ", "))
		}
		if err := set(s, query.Get(name)); err != nil {
			return nil, fmt.Errorf("the parameter %s of path %w", name, err)
		}
	}
	return s, nil
}

// regionForm is what can be part of a host's name, as every region is.
var regionForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)

func (s *Place) add(option func(*config.LoadOptions) error) error {
	s.load = append(s.load, option)
	return nil
}

func flag(set func(s *Place, yes bool)) func(*Place, string) error {
	return func(s *Place, v string) error {
		yes, err := strconv.ParseBool(v)
		if err != nil {
			return errors.New("is neither true nor false")
		}
		set(s, yes)
		return nil
	}
}

func onClient(set func(o *s3.Options, yes bool)) func(*Place, string) error {
	return flag(func(s *Place, yes bool) {
		s.client = append(s.client, func(o *s3.Options) { set(o, yes) })
	})
}

func checkEndpoint(v string) error {
	if u, err := url.Parse(v); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return errors.New("is not an http or https address without a user name")
	}
	return nil
}

func checkRole(v string) error {
	if !strings.HasPrefix(v, "arn:") {
		return errors.New("is not the ARN of a role, beginning with arn: and a partition")
	}
	return nil
}

func encryption(s *Place, v string) error {
	for _, kind := range types.ServerSideEncryption("").Values() {
		if strings.EqualFold(string(kind), v) {
			s.options.EncryptionType = kind
			return nil
		}
	}
	return errors.New("is no kind of encryption; AES256, aws:kms and aws:kms:dsse are")
}

func capacity(s *Place, v string) error {
	n, err := strconv.ParseUint(v, 10, 32)
	s.perSecond = uint(n)
	if err != nil {
		return errors.New("is not a number")
	}
	return nil
}

var errChecksum = errors.New("is neither when_supported nor when_required")

func requestChecksum(s *Place, v string) error {
	switch strings.ToLower(v) {
	case "when_supported":
		return s.add(config.WithRequestChecksumCalculation(aws.RequestChecksumCalculationWhenSupported))
	case "when_required":
		return s.add(config.WithRequestChecksumCalculation(aws.RequestChecksumCalculationWhenRequired))
	}
	return errChecksum
}

func responseChecksum(s *Place, v string) error {
	switch strings.ToLower(v) {
	case "when_supported":
		return s.add(config.WithResponseChecksumValidation(aws.ResponseChecksumValidationWhenSupported))
	case "when_required":
		return s.add(config.WithResponseChecksumValidation(aws.ResponseChecksumValidationWhenRequired))
	}
	return errChecksum
}

// Open makes the client and looks whether there is something to sign its requests by. Keys
// count from the folder that the prefix lies in.
func (s *Place) Open(ctx context.Context) (*blob.Bucket, error) {
	limit := retry.RateLimiter(ratelimit.None)
	if s.perSecond > 0 {
		limit = ratelimit.NewTokenRateLimit(s.perSecond)
	}
	options := append(s.load, config.WithLogger(logging.Nop{}), config.WithRetryer(func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.RateLimiter = limit })
	}))
	if s.anonymous {
		options = append(options, config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, s.Failed("open it", errSettings)
	}
	if s.endpoint != "" {
		cfg.BaseEndpoint = aws.String(s.endpoint)
		if cfg.Region == "" {
			cfg.Region = "us-east-1" // what other servers than Amazon's take for none
		}
	}
	switch {
	case cfg.Region == "":
		return nil, s.Failed("open it", errNoRegion)
	case !regionForm.MatchString(cfg.Region):
		return nil, s.Failed("open it", errRegion)
	}
	if s.role != "" {
		cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), s.role))
	}
	if !s.anonymous {
		if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
			return nil, s.Failed("open it", &noCredentialsError{err})
		}
	}
	s.options.RequestChecksumCalculation = cfg.RequestChecksumCalculation
	objects, err := s3blob.OpenBucket(ctx, s3.NewFromConfig(cfg, s.client...), s.Bucket, &s.options)
	if err != nil {
		return nil, s.Failed("open it", err)
	}
	if folder := path.Dir(s.Prefix); folder != "." {
		objects = blob.PrefixedBucket(objects, folder+"/")
	}
	return objects, nil
}

// Display leaves out the parameters of a URL and who signs in: they do not belong
// in a log.
func Display(path string) string {
	if scheme, rest, ok := strings.Cut(path, "://"); ok {
		rest, _, _ = strings.Cut(rest, "?")
		return scheme + "://" + rest[strings.LastIndex(rest, "@")+1:]
	}
	return path
}
