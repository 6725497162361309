-- +goose Up
-- Who asked back about a clear request, to be told of the answer.
ALTER TABLE clear_requests ADD COLUMN question_by_id TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE clear_requests DROP COLUMN question_by_id;
