package coworker

import (
	"embed"
	"fmt"
	"path"
	"sync"

	"github.com/BurntSushi/toml"
)

//go:embed register/*.toml
var registerFiles embed.FS

// pools are the small answers of a register, by kind.
type pools map[string][]string

// registers gives the pools of each register, by its name; read once.
var registers = sync.OnceValue(func() map[string]pools {
	out := map[string]pools{}
	files, err := registerFiles.ReadDir("register")
	if err != nil {
		panic("coworker: " + err.Error()) // unreachable: the files are part of the program
	}
	for _, f := range files {
		data, err := registerFiles.ReadFile(path.Join("register", f.Name()))
		if err != nil {
			panic("coworker: " + err.Error())
		}
		var p pools
		if err := toml.Unmarshal(data, &p); err != nil {
			panic(fmt.Sprintf("coworker: register/%s: %v", f.Name(), err)) // a test loads them all
		}
		out[f.Name()[:len(f.Name())-len(".toml")]] = p
	}
	return out
})

// plainRegister is the one that the others fall back on.
const plainRegister = "plain"
