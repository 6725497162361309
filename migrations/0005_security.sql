-- +goose Up
-- A person belongs to an account from when they accept; until then the row is an invitation with an id of its own.
ALTER TABLE members ADD COLUMN accepted_at TIMESTAMP;
ALTER TABLE members ADD COLUMN invitation TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN signed_in_at TIMESTAMP;
UPDATE members SET accepted_at = created_at,
  signed_in_at = (SELECT u.signed_in_at FROM users u WHERE u.id = members.user_id);
-- Invitations from before name no account, so they open none.
UPDATE sign_in_links SET used_at = created_at WHERE purpose = 'invite' AND used_at IS NULL;
UPDATE members SET accepted_at = NULL, invitation = 'inv_' || account_id || '_' || user_id
  WHERE user_id IN (SELECT id FROM users WHERE password_hash = '' AND signed_in_at IS NULL AND NOT support);
CREATE INDEX members_invitation ON members (invitation);

ALTER TABLE sign_in_links ADD COLUMN account_id TEXT NOT NULL DEFAULT '';

ALTER TABLE users ADD COLUMN last_account_id TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN sso_issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN sso_subject TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX users_sso ON users (sso_issuer, sso_subject) WHERE sso_subject <> '';

ALTER TABLE sessions ADD COLUMN proven BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE sessions ADD COLUMN asked_at TIMESTAMP;
ALTER TABLE sessions ADD COLUMN ends_at TIMESTAMP;
UPDATE sessions SET ends_at = expires_at;

-- API keys: what they may do (parted by spaces), and their end.
ALTER TABLE keys ADD COLUMN rights TEXT NOT NULL DEFAULT '';
ALTER TABLE keys ADD COLUMN ends_at TIMESTAMP;
UPDATE keys SET rights = 'see work register' WHERE kind = 'api';

-- Tries to sign in, by name and by network address (digests).
CREATE TABLE sign_in_tries (
  name TEXT PRIMARY KEY,
  tries INTEGER NOT NULL,
  free_at TIMESTAMP NOT NULL,
  forget_at TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_tries_forget ON sign_in_tries (forget_at);

-- Computers at which a person has signed in before: strangers' wrong tries do not keep these out.
CREATE TABLE known_devices (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  seen_at TIMESTAMP NOT NULL
);
CREATE INDEX known_devices_user ON known_devices (user_id);

-- Secrets of webhooks that were renewed, good for a while yet.
ALTER TABLE connections ADD COLUMN old_token_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE connections ADD COLUMN old_until TIMESTAMP;
CREATE INDEX connections_old_token ON connections (old_token_hash);

-- Addresses for bounces that belong to one account.
CREATE TABLE bounce_addresses (
  address TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  connection_id TEXT NOT NULL
);

-- From which line on an account's log is chained with the key.
ALTER TABLE audit ADD COLUMN keyed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE audit_heads ADD COLUMN keyed_from INTEGER NOT NULL DEFAULT 0;

-- +goose Down
