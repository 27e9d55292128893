package trainer

import (
	"context"

	"breakroom/scenarios"
)

// Scenario gives the scenario that a conversation is held with: the text that it began with, whatever the library has now.
func (t *Trainer) Scenario(ctx context.Context, id string) (*scenarios.Scenario, error) {
	c, err := t.store.Conversation(ctx, id)
	if err != nil {
		return nil, err
	}
	s, err := t.script(ctx, c.ScenarioID, c.ScenarioHash)
	if err != nil {
		return nil, err
	}
	return s.scenario, nil
}
