-- +goose Up
CREATE TABLE customers (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  ref TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  sort_name TEXT NOT NULL,
  zone TEXT NOT NULL DEFAULT '',
  locale TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  updated_by TEXT NOT NULL DEFAULT '',
  erased_at TIMESTAMP
);
CREATE UNIQUE INDEX customers_ref ON customers (account_id, ref) WHERE ref <> '';
CREATE INDEX customers_name ON customers (account_id, sort_name, id);

-- One address or number inside one account; a family that shares one has one row (semantics 7.1).
CREATE TABLE addresses (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  channel TEXT NOT NULL,
  value TEXT NOT NULL,
  normal TEXT NOT NULL,
  soft_failures INTEGER NOT NULL DEFAULT 0,
  soft_since TIMESTAMP,
  failed_at TIMESTAMP,
  delivered_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX addresses_normal ON addresses (account_id, channel, normal);

CREATE TABLE customer_addresses (
  customer_id TEXT NOT NULL REFERENCES customers (id),
  address_id TEXT NOT NULL REFERENCES addresses (id),
  account_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  main BOOLEAN NOT NULL,
  added_at TIMESTAMP NOT NULL,
  removed_at TIMESTAMP,
  PRIMARY KEY (customer_id, address_id)
);
CREATE UNIQUE INDEX customer_addresses_main ON customer_addresses (customer_id, channel) WHERE main;
CREATE INDEX customer_addresses_address ON customer_addresses (address_id);

CREATE TABLE consents (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  address_id TEXT NOT NULL REFERENCES addresses (id),
  channel TEXT NOT NULL,
  purpose TEXT NOT NULL,
  given_by TEXT NOT NULL,
  how TEXT NOT NULL,
  given_at TIMESTAMP NOT NULL,
  words TEXT NOT NULL DEFAULT '',
  evidence TEXT NOT NULL,
  withdrawal BOOLEAN NOT NULL DEFAULT FALSE,
  recorded_by TEXT NOT NULL,
  recorded_by_name TEXT NOT NULL,
  recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX consents_address ON consents (address_id, given_at);

-- Our own refusal to send; several causes may hold at once (semantics 7.2).
CREATE TABLE opt_outs (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  address_id TEXT NOT NULL REFERENCES addresses (id),
  channel TEXT NOT NULL,
  cause TEXT NOT NULL,
  occurred_at TIMESTAMP NOT NULL,
  event_id TEXT NOT NULL DEFAULT '',
  notification_id TEXT NOT NULL DEFAULT '',
  set_by TEXT NOT NULL,
  set_by_name TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  lifted_at TIMESTAMP,
  lifted_by TEXT NOT NULL DEFAULT '',
  lifted_by_name TEXT NOT NULL DEFAULT '',
  lift_reason TEXT NOT NULL DEFAULT '',
  lift_checked TEXT NOT NULL DEFAULT '',
  consent_id TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX opt_outs_open ON opt_outs (address_id, cause) WHERE lifted_at IS NULL;
CREATE INDEX opt_outs_address ON opt_outs (address_id, occurred_at);

-- A provider's own refusal; one row for each address, connection and kind, reopened when it is listed again.
CREATE TABLE suppressions (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  connection_id TEXT NOT NULL REFERENCES connections (id),
  address_id TEXT NOT NULL DEFAULT '',
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  normal TEXT NOT NULL,
  kind TEXT NOT NULL,
  provider_reason TEXT NOT NULL DEFAULT '',
  by_hand BOOLEAN NOT NULL DEFAULT FALSE,
  listed_at TIMESTAMP NOT NULL,
  seen_at TIMESTAMP,
  times INTEGER NOT NULL DEFAULT 1,
  event_id TEXT NOT NULL DEFAULT '',
  notification_id TEXT NOT NULL DEFAULT '',
  cleared_at TIMESTAMP
);
CREATE UNIQUE INDEX suppressions_entry ON suppressions (connection_id, normal, kind);
CREATE INDEX suppressions_open ON suppressions (account_id, listed_at DESC, id DESC) WHERE cleared_at IS NULL;
CREATE INDEX suppressions_address ON suppressions (account_id, normal);

CREATE TABLE clear_requests (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  -- Empty: no provider lists the address, the request is about our own opt-out only.
  suppression_id TEXT NOT NULL DEFAULT '',
  address_id TEXT NOT NULL REFERENCES addresses (id),
  kind TEXT NOT NULL,
  causes TEXT NOT NULL DEFAULT '',
  needs_second BOOLEAN NOT NULL DEFAULT FALSE,
  support_only BOOLEAN NOT NULL DEFAULT FALSE,
  state TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  checked TEXT NOT NULL DEFAULT '',
  consent_id TEXT NOT NULL DEFAULT '',
  asked_by TEXT NOT NULL,
  asked_by_name TEXT NOT NULL,
  asked_role TEXT NOT NULL DEFAULT '',
  asked_at TIMESTAMP NOT NULL,
  acted_at TIMESTAMP NOT NULL,
  confirm_token_hash TEXT NOT NULL DEFAULT '',
  confirm_sealed TEXT NOT NULL DEFAULT '',
  confirmed_at TIMESTAMP,
  question TEXT NOT NULL DEFAULT '',
  question_by TEXT NOT NULL DEFAULT '',
  answer TEXT NOT NULL DEFAULT '',
  decided_by TEXT NOT NULL DEFAULT '',
  decided_by_name TEXT NOT NULL DEFAULT '',
  decided_at TIMESTAMP,
  decision_note TEXT NOT NULL DEFAULT '',
  tries INTEGER NOT NULL DEFAULT 0,
  first_try_at TIMESTAMP,
  due_at TIMESTAMP,
  result TEXT NOT NULL DEFAULT '',
  done_at TIMESTAMP,
  read_back_at TIMESTAMP,
  relisted_at TIMESTAMP,
  proven_at TIMESTAMP,
  version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX clear_requests_open ON clear_requests (address_id, suppression_id, kind)
  WHERE state IN ('requested', 'approved', 'by_hand', 'running');
CREATE INDEX clear_requests_queue ON clear_requests (state, asked_at);
CREATE INDEX clear_requests_account ON clear_requests (account_id, asked_at);
CREATE INDEX clear_requests_confirm ON clear_requests (confirm_token_hash) WHERE confirm_token_hash <> '';

-- +goose Down
DROP TABLE clear_requests;
DROP TABLE suppressions;
DROP TABLE opt_outs;
DROP TABLE consents;
DROP TABLE customer_addresses;
DROP TABLE addresses;
DROP TABLE customers;
