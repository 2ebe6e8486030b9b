package config

import (
	"fmt"
	"strings"

	"contactsync/internal/suggest"
)

// unknown says that a word is not one of those that may stand there, and which
// was probably meant.
func unknown(what string, w word, known []string) error {
	message := "unknown " + what
	if w.expanded || !w.private() {
		message += " " + w.quoted()
	}
	if near := suggest.Nearest(w.text, known); near != "" && !w.expanded {
		return hinted(fmt.Sprintf("did you mean %q?", near), "%s", message)
	}
	return hinted(oneOf(known), "%s", message)
}

// oneOf lists what may stand somewhere, unless that would be a wall of text.
func oneOf(known []string) string {
	if len(known) == 0 || len(known) > 20 {
		return ""
	}
	if len(known) == 1 {
		return "want " + known[0]
	}
	return "one of " + strings.Join(known, ", ")
}
