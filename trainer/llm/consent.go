package llm

import (
	"context"

	"breakroom/trainer/coworker"
)

// Consented says whether the words of this turn may go to the model's host:
// whether whoever speaks (see AskerOf) agreed to that host by name for this conversation.
type Consented func(ctx context.Context, host string) bool

// Gate says who may hear. For a model on this computer nobody needs to be
// asked; for any other host only an agreement to that very host counts, so that moving the model asks anew.
type Gate struct {
	server *Server
	agreed Consented
}

// NewGate makes the gate of a server; a nil agreed lets nothing out of this computer.
func NewGate(s *Server, agreed Consented) *Gate { return &Gate{server: s, agreed: agreed} }

// Open reports whether words may go to the model now.
func (g *Gate) Open(ctx context.Context) bool {
	if g.server.IsLocal() {
		return true
	}
	return g.agreed != nil && g.agreed(ctx, g.server.Host())
}

// Consenting is the actor behind a gate: as long as nobody agreed, embedded
// speaks, the conversation goes on like any other, and no byte goes to the model's host.
func Consenting(model *Actor, embedded coworker.Actor, g *Gate) coworker.Actor {
	return &consenting{model: model, embedded: embedded, gate: g}
}

type consenting struct {
	model    *Actor
	embedded coworker.Actor
	gate     *Gate
}

var _ coworker.AheadActor = (*consenting)(nil)

// Ahead marks an actor that prepares its request while the turn is written, and sends it when it is kept.
func (c *consenting) Ahead() {}

// Speak says the turn by the model where the gate is open, by the built-in actor otherwise.
func (c *consenting) Speak(ctx context.Context, s coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
	if c.gate.Open(ctx) {
		return c.model.Speak(ctx, s, emit)
	}
	return c.embedded.Speak(ctx, s, emit)
}
