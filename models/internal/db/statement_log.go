package db

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// statementLog notes statements that fail or take long. It keeps customers' addresses out, and says nothing
// of those that ended because whoever asked has gone: that is no fault.
type statementLog struct {
	logger.Interface
	log *slog.Logger
}

func newStatementLog(log *slog.Logger) statementLog {
	return statementLog{log: log,
		Interface: logger.NewSlogLogger(
			log,
			logger.Config{SlowThreshold: time.Second, LogLevel: logger.Warn, IgnoreRecordNotFoundError: true},
		)}
}

// Trace is called after each statement. One that met another is expected: whoever sent it has an answer to
// that.
func (l statementLog) Trace(ctx context.Context, begin time.Time, statement func() (sql string, rows int64),
	err error) {
	switch {
	case errors.Is(err, context.Canceled):
	case errors.Is(err, gorm.ErrDuplicatedKey), crossed(err):
		sql, _ := statement()
		l.log.DebugContext(ctx, "a statement met another", "sql", sql, "error", err)
	default:
		l.Interface.Trace(ctx, begin, statement, err)
	}
}

// ParamsFilter leaves out the values of a statement.
func (statementLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}
