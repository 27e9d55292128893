package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/agext/levenshtein"
	"github.com/alecthomas/kong"
)

// configFile resolves settings from one strict TOML file. A key is a flag's
// name, with dashes or underscores. Flags and environment variables win over it.
type configFile struct {
	path   *string
	values map[string]any
	loaded bool
}

// Validate is called by the parser before anything is resolved; what can be known of the file is checked once its path is.
func (c *configFile) Validate(*kong.Application) error { return nil }

// Resolve gives the file's value for a flag, or nil.
func (c *configFile) Resolve(k *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if flag.Name == "config" || flag.Name == "help" {
		return nil, nil
	}
	if err := c.load(k); err != nil {
		return nil, err
	}
	for _, env := range flag.Tag.Envs {
		if _, set := os.LookupEnv(env); set {
			return nil, nil
		}
	}
	value, ok := c.values[flag.Name]
	if !ok {
		return nil, nil
	}
	return value, nil
}

// load reads the file once, as named by --config or BREAKROOM_CONFIG, and refuses keys that are no setting.
func (c *configFile) load(k *kong.Context) error {
	if c.loaded {
		return nil
	}
	c.loaded = true
	path := *c.path
	for _, p := range k.Path {
		if p.Flag != nil && p.Flag.Name == "config" {
			if v, ok := k.FlagValue(p.Flag).(string); ok {
				path = v
			}
		}
	}
	if path == "" {
		path = os.Getenv("BREAKROOM_CONFIG")
	}
	if path == "" {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("the settings file could not be read: %w", err)
	}
	var raw map[string]any
	if _, err := toml.Decode(string(data), &raw); err != nil {
		var pe toml.ParseError
		if errors.As(err, &pe) {
			return fmt.Errorf("%s:%d:%d: %s", path, pe.Position.Line, pe.Position.Col, pe.Message)
		}
		return fmt.Errorf("%s: %w", path, err)
	}
	known := settingNames(k.Model.Node)
	c.values = make(map[string]any, len(raw))
	var problems []error
	for key, value := range raw {
		name := strings.ReplaceAll(key, "_", "-")
		if !slices.Contains(known, name) {
			problems = append(problems, fmt.Errorf("%s:%d: there is no setting %q%s", path, lineOf(data, key), key, didYouMean(name, known)))
			continue
		}
		if list, ok := value.([]any); ok {
			words := make([]string, len(list))
			for i, v := range list {
				words[i] = fmt.Sprint(v)
			}
			value = strings.Join(words, ",")
		}
		c.values[name] = fmt.Sprint(value)
	}
	return errors.Join(problems...)
}

// settingNames lists the names of all flags of a command and those below it.
func settingNames(n *kong.Node) []string {
	var names []string
	for _, f := range n.Flags {
		if f.Name != "help" && f.Name != "config" {
			names = append(names, f.Name)
		}
	}
	for _, child := range n.Children {
		names = append(names, settingNames(child)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// lineOf finds the line on which a top-level key is set, 1 where it cannot be found.
func lineOf(data []byte, key string) int {
	for i, line := range strings.Split(string(data), "\n") {
		before, _, found := strings.Cut(line, "=")
		if found && strings.Trim(strings.TrimSpace(before), `"'`) == key {
			return i + 1
		}
	}
	return 1
}

// didYouMean names the nearest known word, where one is near.
func didYouMean(word string, known []string) string {
	best, distance := "", 4
	for _, k := range known {
		if d := levenshtein.Distance(word, k, nil); d < distance {
			best, distance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}
