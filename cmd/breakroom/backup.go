package main

import (
	"context"
	"fmt"

	"breakroom/trainer/store"
)

type backupCommand struct {
	storeSettings
	To string `arg:"" help:"The file to write; it must not exist yet." type:"path"`
}

// Run writes the copy beside a server that may be using the file.
func (c *backupCommand) Run(ctx context.Context, s streams) (err error) {
	kept, err := store.OpenWith(ctx, store.Options{Path: c.Database, Beside: true})
	if err != nil {
		return err
	}
	defer closing(&err, kept.Close)
	if err := kept.Backup(ctx, c.To); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Written: %s\n", c.To)
	return nil
}
