package db

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gorm.io/gorm/logger"
)

// statementLog notes statements that fail or take long. It keeps customers' addresses out, and says nothing
// of those that ended because whoever asked has gone: that is no fault.
type statementLog struct{ logger.Interface }

func newStatementLog(log *slog.Logger) statementLog {
	return statementLog{
		logger.NewSlogLogger(
			log,
			logger.Config{SlowThreshold: time.Second, LogLevel: logger.Warn, IgnoreRecordNotFoundError: true},
		),
	}
}

// Trace is called after each statement.
func (l statementLog) Trace(ctx context.Context, begin time.Time, statement func() (sql string, rows int64),
	err error) {
	if !errors.Is(err, context.Canceled) {
		l.Interface.Trace(ctx, begin, statement, err)
	}
}

// ParamsFilter leaves out the values of a statement.
func (statementLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}
