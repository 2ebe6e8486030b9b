package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// maxBody bounds an answer, packed and unpacked. The largest page that any vendor
// documents, 10,000 AudienceLab rows of 6 kB, stays below.
const maxBody = 64 << 20

// LenientJSON lets a name stand twice in an object, as encoding/json does.
var LenientJSON = jsontext.AllowDuplicateNames(true)

var errTooLarge = fmt.Errorf("the answer is larger than %d MiB; lower page_size", maxBody>>20)

// understood makes of the bytes of a 2xx answer what was meant: unpacked, in UTF-8,
// and JSON. With an error, the body is for the excerpt. A 202 or 204 needs no body.
func understood(res *http.Response, data []byte) ([]byte, glance, error) {
	body, found, err := jsonOf(data, res.Header.Get("Content-Type"))
	if err != nil && (res.StatusCode == http.StatusAccepted || res.StatusCode == http.StatusNoContent) {
		return []byte("null"), glance{}, nil
	}
	return body, found, err
}

func jsonOf(data []byte, contentType string) ([]byte, glance, error) {
	body, packed, err := unpackBody(data)
	if err != nil {
		return nil, glance{}, err
	}
	if !mayBeJSON(contentType) && !(packed && isArchive(contentType)) {
		return body, glance{}, fmt.Errorf("the answer is %s, not JSON", contentType)
	}
	return usable(inUTF8(body, contentType))
}

func readAll(body io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if err == nil && len(data) > maxBody {
		return nil, errTooLarge
	}
	return data, err
}

// readBody reads an answer into memory that is as large as the answer says it is.
func readBody(res *http.Response) ([]byte, error) {
	switch size := res.ContentLength; {
	case size > maxBody:
		return nil, errTooLarge
	case size <= 0:
		return readAll(res.Body)
	default:
		body := make([]byte, size)
		n, err := io.ReadFull(res.Body, body)
		return body[:n], err
	}
}

// usable checks that a 2xx answer is JSON, looks at it, and repairs what no later
// step would accept: numbers that are none, and text that is no Unicode.
func usable(body []byte) ([]byte, glance, error) {
	found, err := inspect(body)
	if err == nil || errors.Is(err, errTooManyRows) {
		return body, found, err
	}
	value := jsontext.Value(NullNumbers(body))
	if found, err = inspect(value); err == nil || errors.Is(err, errTooManyRows) {
		return value, found, err
	}
	if err = value.Format(LenientJSON, jsontext.AllowInvalidUTF8(true)); err != nil { // leaves alone what is no JSON
		return body, glance{}, broken(value, err)
	}
	found, err = inspect(value)
	return value, found, err
}

// inUTF8 decodes the charset that an answer declares, or that its byte order mark
// shows. Bytes that are UTF-8 beyond ASCII are no accident: servers declare
// ISO-8859-1 by default, whatever they send. The byte order mark goes.
func inUTF8(body []byte, contentType string) []byte {
	var charset encoding.Encoding
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return body[3:]
	case bytes.HasPrefix(body, []byte("\xff\xfe")), bytes.HasPrefix(body, []byte("\xfe\xff")):
		charset = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	default:
		charset = declaredCharset(contentType)
	}
	if charset == nil || utf8.Valid(body) && bytes.ContainsFunc(body, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return body
	}
	decoded, err := charset.NewDecoder().Bytes(body)
	if err != nil {
		return body
	}
	return decoded
}

// declaredCharset is the charset of a Content-Type; nil: none, UTF-8, or one that
// nobody knows.
func declaredCharset(contentType string) encoding.Encoding {
	_, parameters, _ := mime.ParseMediaType(contentType)
	charset, err := htmlindex.Get(strings.TrimSpace(parameters["charset"]))
	if err != nil || charset == unicode.UTF8 {
		return nil
	}
	return charset
}

// jsonTypes are what sloppy servers call JSON, beside application/json and *+json.
var jsonTypes = []string{
	"application/json", "text/json", "text/plain", "text/javascript", "application/javascript", "application/octet-stream",
}

var archiveTypes = []string{"application/zip", "application/x-zip-compressed", "application/gzip", "application/x-gzip"}

// mayBeJSON accepts what sloppy servers call JSON, and refuses the pages of
// proxies and error handlers.
func mayBeJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	return slices.Contains(jsonTypes, kind) || strings.HasSuffix(kind, "+json")
}

func isArchive(contentType string) bool {
	kind, _, _ := mime.ParseMediaType(contentType)
	return slices.Contains(archiveTypes, kind)
}
