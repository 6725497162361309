-- +goose Up
-- What was dropped because of an address that may be written to again is ready to be resent; nothing is sent by itself.
ALTER TABLE notifications ADD COLUMN ready_at TIMESTAMP;
ALTER TABLE undelivered ADD COLUMN ready BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE clear_requests ADD COLUMN keeps_back BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE clear_requests DROP COLUMN keeps_back;
ALTER TABLE undelivered DROP COLUMN ready;
ALTER TABLE notifications DROP COLUMN ready_at;
