package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"contactsync/internal/config/proxy"
)

// Lookup finds an environment variable, as [os.LookupEnv] does.
type Lookup func(name string) (value string, ok bool)

// dotenv reads the .env file next to a config, if there is one, and returns a
// lookup in which the real environment wins.
func dotenv(dir string, env Lookup) (Lookup, []string, error) {
	path := filepath.Join(dir, ".env")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return env, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("the variables beside the config cannot be read: %w", err)
	}
	vars, err := parseDotenv(path, data)
	if err != nil {
		return nil, nil, err
	}
	var warnings []string
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		warnings = append(warnings, fmt.Sprintf("%s can be read by other users: chmod 600 %s", path, path))
	}
	for _, name := range proxy.Idle(vars, env) {
		warnings = append(warnings, fmt.Sprintf("%s sets %s, which has no effect there: set it in the environment itself", path, name))
	}
	return func(name string) (string, bool) {
		if value, ok := env(name); ok {
			return value, true
		}
		value, ok := vars[name]
		return value, ok
	}, warnings, nil
}

// parseDotenv reads lines of KEY=VALUE: "export" before and a comment after
// it are allowed, single quotes keep everything, double quotes know \n, \t, \", \\
// and \$. Values are never expanded. No message repeats a value, and every bad line
// has one, which no library offers.
func parseDotenv(name string, data []byte) (map[string]string, error) {
	vars := map[string]string{}
	r := newReport(name)
	if err := wide(data); err != nil {
		r.problemAt(place{1, 1}, "", err)
		return nil, r.err()
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, err := dotenvLine(line)
		if err != nil {
			r.problemAt(place{i + 1, 1}, "", err)
			continue
		}
		vars[key] = value
	}
	return vars, r.err()
}

func dotenvLine(line string) (key, value string, err error) {
	if rest, ok := strings.CutPrefix(line, "export "); ok {
		line = strings.TrimSpace(rest)
	}
	key, value, ok := strings.Cut(line, "=")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if !ok {
		return "", "", errors.New("want KEY=VALUE")
	}
	if !variableName.MatchString(key) {
		return "", "", hinted("letters, digits and _, no digit first", "the name before = is not a variable name")
	}
	if value == "" {
		return key, "", nil
	}
	switch quote := value[0]; quote {
	case '\'', '"':
		value, err = unquote(value[1:], quote)
		return key, value, err
	}
	if i := strings.Index(" "+value, " #"); i >= 0 {
		value = strings.TrimSpace(value[:max(0, i-1)])
	}
	return key, value, nil
}

// unquote reads up to the closing quote; only a comment may follow it.
func unquote(s string, quote byte) (string, error) {
	escapes := strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\"`, `"`, `\\`, `\`, `\$`, "$")
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quote == '"':
			i++
		case s[i] == quote:
			rest := strings.TrimSpace(s[i+1:])
			if rest != "" && rest[0] != '#' {
				return "", errors.New("only a comment may follow the closing quote")
			}
			if quote == '"' {
				return escapes.Replace(s[:i]), nil
			}
			return s[:i], nil
		}
	}
	return "", fmt.Errorf("the closing %c is missing", quote)
}
