package scenarios

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"github.com/BurntSushi/toml"
)

// MaxBytes is the size over which a file is refused.
const MaxBytes = 256 << 10

// Parse reads a scenario from a file's text. The name's last part without
// ".toml" becomes the scenario's ID. An error is always a Problems with every
// mistake of the file.
func Parse(name string, data []byte) (*Scenario, error) {
	if len(data) > MaxBytes {
		return nil, Problems{{File: name, Message: "the file is too large", Expected: "at most 256 KiB"}}
	}
	var s Scenario
	if _, err := toml.NewDecoder(bytes.NewReader(data)).Decode(&s); err != nil {
		return nil, Problems{{File: name, Message: err.Error()}}
	}
	sum := sha256.Sum256(data)
	s.ID, s.Hash, s.Text = idOf(name), hex.EncodeToString(sum[:]), string(data)
	return &s, nil
}
