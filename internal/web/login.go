package web

import (
	"net/http"
	"time"
)

func (s *server) loginForm(w http.ResponseWriter, r *http.Request) {
	if len(s.keys.token) == 0 {
		s.nothing(w, r)
		return
	}
	s.render(w, http.StatusOK, "login.html", loginPage{frame: frame{Title: "Sign in"}})
}

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	switch s.judge(r, r.PostFormValue("token")) {
	case unheard:
		s.unheard(w)
	case wrong:
		s.render(w, http.StatusUnauthorized, "login.html", loginPage{frame: frame{Title: "Sign in"}, Wrong: true})
	default:
		s.setCookie(w, r, s.keys.issue(time.Now().Add(sessionTime)), int(sessionTime/time.Second))
		http.Redirect(w, r, "/", http.StatusSeeOther)
	}
}

// logout ends the session here, too: a copy of the cookie is worth nothing any more.
func (s *server) logout(w http.ResponseWriter, r *http.Request) {
	if session := s.session(r); session != "" {
		end, _ := s.keys.end(session, time.Now())
		s.SignOut(session, end)
	}
	s.setCookie(w, r, "", -1)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *server) setCookie(w http.ResponseWriter, r *http.Request, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: value, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
	})
}
