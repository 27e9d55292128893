package pages

import (
	"fmt"

	"github.com/BurntSushi/toml"

	"breakroom/trainer/talk"
)

// Story is an example conversation with notes in its margin.
type Story struct {
	// Name is "good" or "bad": what the story is an example of.
	Name     string
	Coworker string
	// Scene and After stand before and after the words.
	Scene, After string
	Turns        []Turn
}

// loadStories reads the example conversations of a language.
func loadStories(language string) ([]Story, error) {
	data, err := textFiles.ReadFile("text/examples." + language + ".toml")
	if err != nil {
		return nil, fmt.Errorf("there are no example conversations in language %q", language)
	}
	var file struct {
		Story []struct {
			Name, Coworker, Scene, After string
			Turn                         []struct{ By, Text, Tone, Note, Better string }
		}
	}
	meta, err := toml.Decode(string(data), &file)
	if err != nil {
		return nil, fmt.Errorf("example conversations %q: %w", language, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("example conversations %q: unknown key %q", language, unknown[0])
	}
	var stories []Story
	for _, s := range file.Story {
		story := Story{Name: s.Name, Coworker: s.Coworker, Scene: s.Scene, After: s.After}
		for i, t := range s.Turn {
			turn := Turn{N: i + 1, Text: t.Text}
			switch t.By {
			case "you":
				turn.Speaker = talk.Organizer
			case "them":
				turn.Speaker = talk.Coworker
			default:
				return nil, fmt.Errorf("example %q, turn %d: by is %q and should be \"you\" or \"them\"", s.Name, i+1, t.By)
			}
			if t.Note != "" {
				turn.Notes = []Margin{{Tone: t.Tone, Text: t.Note, Better: t.Better}}
			}
			story.Turns = append(story.Turns, turn)
		}
		stories = append(stories, story)
	}
	return stories, nil
}
