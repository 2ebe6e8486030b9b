package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"contactsync/schema"
)

// cookieName is the cookie of a browser that has signed in.
const cookieName = "sync_session"

// sessionTime is how long a browser stays signed in.
const sessionTime = 30 * 24 * time.Hour

// keys derive from the token what browsers get to hold, so that a session
// survives a restart, ends with a new token, and never shows the token itself.
// It also ends with the daemon's memory, which alone knows what was signed out.
type keys struct {
	token   []byte // "" = none is set
	session []byte
}

func newKeys(token schema.Secret, memory string) keys {
	secret := []byte(token.Reveal())
	return keys{token: secret, session: mac(secret, "session key "+memory)}
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// matches compares a token in constant time.
func (k keys) matches(token string) bool {
	given, want := sha256.Sum256([]byte(token)), sha256.Sum256(k.token)
	return len(k.token) > 0 && subtle.ConstantTimeCompare(given[:], want[:]) == 1
}

// issue makes a session that ends at a moment: END.ID.MAC. No two are the same.
func (k keys) issue(end time.Time) string {
	return k.seal(strconv.FormatInt(end.Unix(), 10) + "." + rand.Text())
}

func (k keys) seal(content string) string {
	return content + "." + hex.EncodeToString(mac(k.session, "session "+content))
}

// end is when a session of this server ends; ok is false for what it has not made, and
// what has ended.
func (k keys) end(session string, now time.Time) (end time.Time, ok bool) {
	i := strings.LastIndexByte(session, '.')
	if i < 0 || len(k.token) == 0 || subtle.ConstantTimeCompare([]byte(session), []byte(k.seal(session[:i]))) != 1 {
		return end, false
	}
	at, _, _ := strings.Cut(session, ".")
	seconds, err := strconv.ParseInt(at, 10, 64)
	end = time.Unix(seconds, 0)
	return end, err == nil && now.Before(end)
}

// form is the value that a form of the session carries, which no other site knows.
func (k keys) form(session string) string {
	return hex.EncodeToString(mac(k.session, "form "+session))
}

// session is the request's valid session, "" if it has none.
func (s *server) session(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	if _, ok := s.keys.end(c.Value, time.Now()); !ok || s.SignedOut(c.Value) {
		return ""
	}
	return c.Value
}

// judge compares a token that a request brings.
func (s *server) judge(r *http.Request, token string) verdict {
	return s.guesses.judge(originsOf(r), time.Now(), func() bool { return s.keys.matches(token) })
}

// bearer judges the token in the request's header; without one it is wrong, which is no guess.
func (s *server) bearer(r *http.Request) verdict {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || len(s.keys.token) == 0 {
		return wrong
	}
	return s.judge(r, token)
}

// unheard tells a visitor to wait.
func (s *server) unheard(w http.ResponseWriter) {
	w.Header().Set("Retry-After", strconv.Itoa(int(guessPause/time.Second)))
	plainText(w, http.StatusTooManyRequests, "too many wrong tokens from this address; wait a moment\n")
}

// known answers those who have signed in or bring the token, and else as others says.
func (s *server) known(h, others http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.session(r) != "" {
			h(w, r)
			return
		}
		switch s.bearer(r) {
		case right:
			h(w, r)
		case unheard:
			s.unheard(w)
		default:
			others(w, r)
		}
	}
}

// reader answers those who may look.
func (s *server) reader(h http.HandlerFunc) http.HandlerFunc {
	known := s.known(h, func(w http.ResponseWriter, r *http.Request) {
		if len(s.keys.token) == 0 {
			plainText(w, http.StatusForbidden, "this page is for the machine it runs on; set serve.auth_token to reach it from elsewhere\n")
			return
		}
		s.refuse(w, r)
	})
	return func(w http.ResponseWriter, r *http.Request) {
		if s.local(r) {
			h(w, r)
			return
		}
		known(w, r)
	}
}

// confidant answers those who may see contact data, which takes the token even on the
// machine itself. Without a token nobody may.
func (s *server) confidant(h http.HandlerFunc) http.HandlerFunc {
	return s.known(h, func(w http.ResponseWriter, r *http.Request) {
		if len(s.keys.token) == 0 {
			s.tokenless(w, r)
			return
		}
		s.refuse(w, r)
	})
}

// refuse sends browsers to sign in, and tells scripts to.
func (s *server) refuse(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Redirect(w, r, "/login", http.StatusSeeOther)
		return
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="sync"`)
	plainText(w, http.StatusUnauthorized, "the token is missing or wrong\n")
}

// actor answers those who may act, which takes the token: scripts by the header, browsers by
// their session and a form that this server made for it.
func (s *server) actor(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		session := s.session(r)
		if session != "" && hmac.Equal([]byte(r.PostFormValue("form")), []byte(s.keys.form(session))) {
			h(w, r)
			return
		}
		switch v := s.bearer(r); {
		case v == right:
			h(w, r)
		case v == unheard:
			s.unheard(w)
		case session == "":
			plainText(w, http.StatusUnauthorized, "sign in first\n")
		default:
			plainText(w, http.StatusForbidden, "this form is not from this page; load it again\n")
		}
	}
}
