-- +goose Up
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  zone TEXT NOT NULL,
  locale TEXT NOT NULL,
  country TEXT NOT NULL,
  settings TEXT NOT NULL DEFAULT '{}',
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL
);

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL DEFAULT '',
  support BOOLEAN NOT NULL DEFAULT FALSE,
  zone TEXT NOT NULL DEFAULT '',
  theme TEXT NOT NULL DEFAULT '',
  shortcuts_off BOOLEAN NOT NULL DEFAULT FALSE,
  failed_sign_ins INTEGER NOT NULL DEFAULT 0,
  throttled_until TIMESTAMP,
  locked_at TIMESTAMP,
  signed_in_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL
);

CREATE TABLE members (
  user_id TEXT NOT NULL REFERENCES users (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  role TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (user_id, account_id)
);
CREATE INDEX members_account ON members (account_id);

CREATE TABLE support_grants (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  granted_by TEXT NOT NULL,
  granted_at TIMESTAMP NOT NULL,
  until TIMESTAMP NOT NULL,
  ended_at TIMESTAMP
);
CREATE INDEX support_grants_account ON support_grants (account_id, until);

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  account_id TEXT NOT NULL DEFAULT '',
  data TEXT NOT NULL DEFAULT '',
  network TEXT NOT NULL DEFAULT '',
  agent TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  seen_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE sign_in_links (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  purpose TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP
);

CREATE TABLE keys (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  token_sealed TEXT NOT NULL DEFAULT '',
  hint TEXT NOT NULL DEFAULT '',
  origins TEXT NOT NULL DEFAULT '',
  created_by TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP,
  revoked_at TIMESTAMP
);
CREATE INDEX keys_account ON keys (account_id);

CREATE TABLE audit (
  account_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at TIMESTAMP NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  network TEXT NOT NULL DEFAULT '',
  action TEXT NOT NULL,
  object_kind TEXT NOT NULL DEFAULT '',
  object_id TEXT NOT NULL DEFAULT '',
  object_name TEXT NOT NULL DEFAULT '',
  before TEXT NOT NULL DEFAULT '',
  after TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  request_id TEXT NOT NULL DEFAULT '',
  previous TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (account_id, seq)
);
CREATE INDEX audit_object ON audit (account_id, object_id, seq);

CREATE TABLE audit_heads (
  account_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  digest TEXT NOT NULL
);

-- What a form's request id led to, so that a second press gets the result of the first (semantics 9.4).
CREATE TABLE requests (
  account_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  action TEXT NOT NULL,
  result TEXT NOT NULL DEFAULT '',
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (account_id, request_id)
);

CREATE TABLE connections (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  provider TEXT NOT NULL,
  name TEXT NOT NULL,
  channels TEXT NOT NULL,
  sends BOOLEAN NOT NULL DEFAULT FALSE,
  token_hash TEXT NOT NULL UNIQUE,
  token_sealed TEXT NOT NULL,
  settings_sealed TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  stopped_at TIMESTAMP,
  stopped_why TEXT NOT NULL DEFAULT '',
  heard_at TIMESTAMP,
  refused INTEGER NOT NULL DEFAULT 0,
  refused_at TIMESTAMP,
  refused_why TEXT NOT NULL DEFAULT '',
  alert TEXT NOT NULL DEFAULT '',
  mailbox_uid TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL,
  removed_at TIMESTAMP
);
CREATE INDEX connections_account ON connections (account_id, position);

-- Times in which a provider could not reach us (semantics 3.5).
CREATE TABLE gaps (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  connection_id TEXT NOT NULL REFERENCES connections (id),
  from_at TIMESTAMP NOT NULL,
  to_at TIMESTAMP NOT NULL,
  fetched_at TIMESTAMP,
  found INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  closed_at TIMESTAMP
);
CREATE INDEX gaps_connection ON gaps (connection_id, from_at);

-- +goose Down
DROP TABLE gaps;
DROP TABLE connections;
DROP TABLE requests;
DROP TABLE audit_heads;
DROP TABLE audit;
DROP TABLE keys;
DROP TABLE sign_in_links;
DROP TABLE sessions;
DROP TABLE support_grants;
DROP TABLE members;
DROP TABLE users;
DROP TABLE accounts;
