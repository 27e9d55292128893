package pages

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"sort"
	"strings"
)

//go:embed assets/*
var assetFiles embed.FS

// Asset is a file that pages load; its address holds a hash of its content, so that it may be kept for ever.
type Asset struct {
	Type string
	Body []byte
}

// AssetPrefix is where the addresses of all assets begin.
const AssetPrefix = "/assets/"

type assets struct {
	byName    map[string]string // "talk.js" → "/assets/talk.0123456789.js"
	byAddress map[string]Asset
}

var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// importOf finds the relative imports of a module.
var importOf = regexp.MustCompile(`from "\./([a-z-]+\.js)"`)

// loadAssets hashes the files and rewrites the imports between modules to the
// hashed names; a module's hash therefore covers what it imports.
func loadAssets() (*assets, error) {
	a := &assets{byName: map[string]string{}, byAddress: map[string]Asset{}}
	names, err := fs.Glob(assetFiles, "assets/*")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	for _, file := range names {
		if _, err := a.load(path.Base(file), nil); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (a *assets) load(name string, above []string) (string, error) {
	if address, ok := a.byName[name]; ok {
		return address, nil
	}
	for _, n := range above {
		if n == name {
			return "", fmt.Errorf("asset %q imports itself by way of %s", name, strings.Join(above, ", "))
		}
	}
	body, err := assetFiles.ReadFile("assets/" + name)
	if err != nil {
		return "", fmt.Errorf("asset %q: %w", name, err)
	}
	ext := path.Ext(name)
	kind, ok := assetTypes[ext]
	if !ok {
		return "", fmt.Errorf("asset %q: no content type for %q", name, ext)
	}
	if ext == ".js" {
		var failed error
		body = importOf.ReplaceAllFunc(body, func(m []byte) []byte {
			imported := string(importOf.FindSubmatch(m)[1])
			address, err := a.load(imported, append(above, name))
			if err != nil {
				failed = err
			}
			return []byte(`from "./` + path.Base(address) + `"`)
		})
		if failed != nil {
			return "", failed
		}
	}
	sum := sha256.Sum256(body)
	address := AssetPrefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
	a.byName[name] = address
	a.byAddress[address] = Asset{Type: kind, Body: body}
	return address, nil
}

func (a *assets) address(name string) (string, error) {
	address, ok := a.byName[name]
	if !ok {
		return "", fmt.Errorf("there is no asset %q", name)
	}
	return address, nil
}

// Asset gives what stands at an address below AssetPrefix.
func (p *Pages) Asset(address string) (Asset, bool) {
	asset, ok := p.assets.byAddress[address]
	return asset, ok
}
