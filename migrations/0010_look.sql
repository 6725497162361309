-- +goose Up
-- What support looks at: reports that were not understood, and failures that no entry of the dictionary explains.
CREATE INDEX events_unrecognised ON events (received_at) WHERE type = 'unrecognised';
CREATE INDEX events_unexplained ON events (received_at) WHERE reason IN ('other-temporary', 'other-permanent', 'sms-unknown-error');

-- +goose Down
DROP INDEX events_unexplained;
DROP INDEX events_unrecognised;
