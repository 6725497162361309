-- +goose Up
-- The how-manieth listing it was, when a provider listed an address again after a request had cleared it.
ALTER TABLE clear_requests ADD COLUMN relisted_times INTEGER NOT NULL DEFAULT 0;
UPDATE clear_requests SET relisted_times = 2 WHERE relisted_at IS NOT NULL;

-- +goose Down
ALTER TABLE clear_requests DROP COLUMN relisted_times;
