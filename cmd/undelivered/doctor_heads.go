package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"undelivered/models"
	"undelivered/models/store"
)

// heads notes the ends of the activity logs in a file, and compares the logs with ends that were noted
// before: whoever has the database and the key, and cuts a log off, does not have that file.
func (c *doctorCommand) heads(ctx context.Context, s *store.Store, e *examination) error {
	by := models.AtCommandLine("")
	if c.Heads != "" {
		raw, err := os.ReadFile(c.Heads)
		if err != nil {
			return fmt.Errorf("--heads: %w", err)
		}
		var noted []models.AuditHead
		if err := json.Unmarshal(raw, &noted); err != nil {
			return fmt.Errorf("--heads: %w", err)
		}
		for _, head := range noted {
			e.note("log of "+head.AccountID, s.HeldAudit(ctx, by, head),
				fmt.Sprintf("line %d is as it was noted", head.Seq))
		}
	}
	if c.NoteHeads == "" {
		return nil
	}
	all, err := s.AuditHeads(ctx, by)
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("--note-heads: %w", err)
	}
	if err := os.WriteFile(c.NoteHeads, append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("--note-heads: %w", err)
	}
	return nil
}
