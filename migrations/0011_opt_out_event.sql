-- +goose Up
CREATE INDEX opt_outs_event ON opt_outs (event_id) WHERE event_id <> '';

-- +goose Down
DROP INDEX opt_outs_event;
