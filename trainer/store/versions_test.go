package store

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestPinnedLibc holds modernc.org/libc to the version that modernc.org/sqlite
// was translated with: any other, also a newer one, may break it in silence.
func TestPinnedLibc(t *testing.T) {
	list := func(args ...string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), "go", append([]string{"list", "-m", "-f"}, args...)...).Output()
		if err != nil {
			t.Fatalf("go list -m %v: %v", args, err)
		}
		return strings.TrimSpace(string(out))
	}
	have := list("{{.Version}}", "modernc.org/libc")
	goMod := list("{{.GoMod}}", "modernc.org/sqlite")
	out, err := exec.CommandContext(t.Context(), "go", "mod", "edit", "-print", goMod).Output()
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^\s*modernc\.org/libc (v\S+)`).FindSubmatch(out)
	if m == nil {
		t.Fatalf("%s does not name modernc.org/libc", goMod)
	}
	if want := string(m[1]); have != want {
		t.Errorf("go.mod has modernc.org/libc %s, and modernc.org/sqlite needs exactly %s: go get modernc.org/libc@%s", have, want, want)
	}
}
