package config

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"good", "bad"} {
		files, _ := filepath.Glob(testdata + "/" + pattern + "/*.yaml")
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("f.yaml", data, "", noEnv)
		if (c == nil) == (err == nil) {
			t.Fatalf("config %v, error %v", c, err)
		}
		var e *Error
		if err == nil {
			return
		}
		if !errors.As(err, &e) || len(e.Problems) == 0 {
			t.Fatalf("not a list of problems: %v", err)
		}
		for _, p := range e.Problems {
			if p.Line < 1 || p.Column < 1 || p.Message == "" {
				t.Fatalf("no place or no message: %+v", p)
			}
		}
	})
}

func FuzzDotenv(f *testing.F) {
	f.Add([]byte("A=1\nexport B='x' # y\nC=\"\\n\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		vars, err := parseDotenv(".env", data)
		if err != nil {
			return
		}
		for name := range vars {
			if !variableName.MatchString(name) {
				t.Fatalf("%q is not a name", name)
			}
		}
	})
}

func FuzzSchedule(f *testing.F) {
	for _, seed := range []string{"0 2 * * *", "@every 10s", "CRON_TZ=UTC", "@daily", "*/0 * * * *", "1-2/3,5 ? * JAN MON"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := ParseSchedule(text); err == nil && s.Next(anyDay).IsZero() {
			t.Fatalf("%q never comes", text)
		}
	})
}
