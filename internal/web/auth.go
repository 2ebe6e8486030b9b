package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"contactsync/schema"

	"golang.org/x/time/rate"
)

// cookieName is the cookie of a browser that has signed in.
const cookieName = "sync_session"

// sessionTime is how long a browser stays signed in.
const sessionTime = 30 * 24 * time.Hour

// keys derive from the token what browsers get to hold, so that a session
// survives a restart, ends with a new token, and never shows the token itself.
type keys struct {
	token   []byte // "" = none is set
	tries   *rate.Limiter
	session []byte
}

func newKeys(token schema.Secret) keys {
	secret := []byte(token.Reveal())
	return keys{token: secret, session: mac(secret, "session key"), tries: rate.NewLimiter(rate.Every(2*time.Second), 5)}
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

// issue makes a session that ends at a moment.
func (k keys) issue(end time.Time) string {
	at := strconv.FormatInt(end.Unix(), 10)
	return at + "." + hex.EncodeToString(mac(k.session, "session "+at))
}

// valid reports whether this server made the session, and it has not ended.
func (k keys) valid(session string, now time.Time) bool {
	at, _, ok := strings.Cut(session, ".")
	end, err := strconv.ParseInt(at, 10, 64)
	return ok && err == nil && len(k.token) > 0 && now.Unix() < end &&
		subtle.ConstantTimeCompare([]byte(session), []byte(k.issue(time.Unix(end, 0)))) == 1
}

// form is the value that a form of the session carries, which no other site knows.
func (k keys) form(session string) string {
	return hex.EncodeToString(mac(k.session, "form "+session))
}

// session is the request's valid session, "" if it has none.
func (s *server) session(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil || !s.keys.valid(c.Value, time.Now()) {
		return ""
	}
	return c.Value
}

// bearer reports whether the request brings the token itself.
func (s *server) bearer(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && s.keys.matches(token)
}

// reader answers those who may look.
func (s *server) reader(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case s.local(r), s.session(r) != "", s.bearer(r):
			h(w, r)
		case len(s.keys.token) == 0:
			plainText(w, http.StatusForbidden, "this page is for the machine it runs on; set serve.auth_token to reach it from elsewhere\n")
		default:
			s.refuse(w, r)
		}
	}
}

// confidant answers those who may see contact data, which takes the token even on the
// machine itself. Without a token nobody may.
func (s *server) confidant(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case s.session(r) != "", s.bearer(r):
			h(w, r)
		case len(s.keys.token) == 0:
			s.tokenless(w, r)
		default:
			s.refuse(w, r)
		}
	}
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
		switch {
		case s.bearer(r), session != "" && hmac.Equal([]byte(r.PostFormValue("form")), []byte(s.keys.form(session))):
			h(w, r)
		case session == "":
			plainText(w, http.StatusUnauthorized, "sign in first\n")
		default:
			plainText(w, http.StatusForbidden, "this form is not from this page; load it again\n")
		}
	}
}

func (s *server) loginForm(w http.ResponseWriter, r *http.Request) {
	if len(s.keys.token) == 0 {
		http.NotFound(w, r)
		return
	}
	s.render(w, http.StatusOK, "login.html", loginPage{frame: frame{Title: "Sign in"}})
}

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	if !s.keys.tries.Allow() {
		w.Header().Set("Retry-After", "2")
		plainText(w, http.StatusTooManyRequests, "too many attempts; wait a moment\n")
		return
	}
	if !s.keys.matches(r.PostFormValue("token")) {
		s.render(w, http.StatusUnauthorized, "login.html", loginPage{frame: frame{Title: "Sign in"}, Wrong: true})
		return
	}
	s.setCookie(w, r, s.keys.issue(time.Now().Add(sessionTime)), int(sessionTime/time.Second))
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *server) logout(w http.ResponseWriter, r *http.Request) {
	s.setCookie(w, r, "", -1)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *server) setCookie(w http.ResponseWriter, r *http.Request, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: value, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
	})
}
