package talk

import (
	"encoding/json"
	"reflect"
	"testing"
)

// TestEncodeBody: what is kept comes back as it was, with the mind and without one, and no broken mind is kept.
func TestEncodeBody(t *testing.T) {
	for _, body := range []EventBody{
		Heard{Turn: Turn{N: 1, Speaker: Organizer, Text: "“Hey” <b>"}, ClientID: "a", Mind: json.RawMessage(`{"trust":3,"words":"a \"b\""}`)},
		Heard{Turn: Turn{N: 1, Speaker: Organizer}},
		Said{Turn: Turn{N: 2, Speaker: Coworker, Text: "Hm."}, By: "actor", Mind: json.RawMessage(`{}`)},
		Said{Turn: Turn{N: 2, Speaker: Coworker, Text: "Hm."}, By: "actor"},
		Created{Mind: json.RawMessage(`{"trust":1}`)},
		Pause{},
	} {
		data, err := EncodeBody(body)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(data) {
			t.Errorf("%T is kept as %s", body, data)
		}
		back, err := DecodeBody(body.Kind(), 1, data)
		if err != nil || !reflect.DeepEqual(back, body) {
			t.Errorf("%+v came back as %+v, %v", body, back, err)
		}
	}
	for _, mind := range []string{`{`, `{} {}`, `{"a":1}}`} {
		if data, err := EncodeBody(Heard{Mind: json.RawMessage(mind)}); err == nil {
			t.Errorf("the mind %s is kept: %s", mind, data)
		}
	}
}
