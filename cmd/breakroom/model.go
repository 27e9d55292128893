package main

import (
	"github.com/rs/zerolog"

	"breakroom/trainer"
)

// modelSettings turn a language model on; without a URL nothing of it is used.
type modelSettings struct{}

// model is the opened model's server, or none.
type model struct{}

func (c *modelSettings) open(zerolog.Logger) (*model, error) { return &model{}, nil }

func (m *model) into(*trainer.Options) {}

// host is the host of the model's server, "" where none is used.
func (m *model) host() string { return "" }
