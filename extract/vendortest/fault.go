package vendortest

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
)

// Faults are what vendors do wrong now and then.
var Faults = map[string]func(w http.ResponseWriter, r *http.Request, next http.Handler){
	"429": func(w http.ResponseWriter, r *http.Request, _ http.Handler) { Status(429)(w, r) },
	"429 with Retry-After": func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		w.Header().Set("Retry-After", "0")
		Status(429)(w, r)
	},
	"500":   func(w http.ResponseWriter, r *http.Request, _ http.Handler) { Status(500)(w, r) },
	"503":   func(w http.ResponseWriter, r *http.Request, _ http.Handler) { Status(503)(w, r) },
	"reset": func(w http.ResponseWriter, r *http.Request, _ http.Handler) { HangUp(w, r) },
	"html":  func(w http.ResponseWriter, r *http.Request, _ http.Handler) { HTML(w, r) },
	"truncation": func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		whole := httptest.NewRecorder()
		next.ServeHTTP(whole, r)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(whole.Body.Len()))
		_, _ = w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
	},
	"half a body that looks whole": func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		whole := httptest.NewRecorder()
		next.ServeHTTP(whole, r)
		_, _ = w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
	},
}

// Flaky answers every fifth request with a fault, on average.
func Flaky(next http.Handler, fault func(http.ResponseWriter, *http.Request, http.Handler)) http.Handler {
	var mu sync.Mutex
	dice := rand.New(rand.NewPCG(20261120, 7))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		wrong := dice.IntN(5) == 0
		mu.Unlock()
		if wrong {
			fault(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	})
}
