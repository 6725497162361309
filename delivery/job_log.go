package delivery

import (
	"context"
	"log/slog"
)

// quiet lets only warnings and errors of the job runner through; its start and statistics are of no interest.
type quiet struct{ slog.Handler }

// Enabled is true from warnings up.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}
