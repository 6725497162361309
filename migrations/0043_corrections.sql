-- +goose Up
-- A learnt correction is suggested only while the directory says that the wrong domain takes no mail.
ALTER TABLE corrections ADD COLUMN no_mail BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE corrections ADD COLUMN asked_at TIMESTAMP;

-- +goose Down
ALTER TABLE corrections DROP COLUMN asked_at;
ALTER TABLE corrections DROP COLUMN no_mail;
