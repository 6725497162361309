-- +goose Up
CREATE TABLE notifications (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  ref TEXT NOT NULL DEFAULT '',
  digest TEXT NOT NULL DEFAULT '',
  origin TEXT NOT NULL,
  customer_id TEXT NOT NULL REFERENCES customers (id),
  channel TEXT NOT NULL,
  title TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT '',
  connection_id TEXT NOT NULL DEFAULT '',
  due_at TIMESTAMP,
  valid_until TIMESTAMP,
  no_repeat BOOLEAN NOT NULL DEFAULT FALSE,
  state TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  decided_at TIMESTAMP NOT NULL,
  first_failed_at TIMESTAMP,
  returned BOOLEAN NOT NULL DEFAULT FALSE,
  address_id TEXT NOT NULL DEFAULT '',
  tries INTEGER NOT NULL DEFAULT 1,
  cleared_at TIMESTAMP,
  cleared_by TEXT NOT NULL DEFAULT '',
  cleared_by_name TEXT NOT NULL DEFAULT '',
  outcome TEXT NOT NULL DEFAULT '',
  assigned_to TEXT NOT NULL DEFAULT '',
  snoozed_until TIMESTAMP,
  on_hold BOOLEAN NOT NULL DEFAULT FALSE,
  version INTEGER NOT NULL DEFAULT 1,
  sent_at TIMESTAMP NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX notifications_ref ON notifications (account_id, ref) WHERE ref <> '';
CREATE INDEX notifications_customer ON notifications (customer_id, sent_at DESC);
CREATE INDEX notifications_sent ON notifications (sent_at);

CREATE TABLE contents (
  notification_id TEXT PRIMARY KEY REFERENCES notifications (id),
  account_id TEXT NOT NULL,
  sender TEXT NOT NULL DEFAULT '',
  reply_to TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL DEFAULT '',
  html TEXT NOT NULL DEFAULT '',
  headers TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX contents_age ON contents (created_at);

CREATE TABLE notes (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  notification_id TEXT NOT NULL REFERENCES notifications (id),
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX notes_notification ON notes (notification_id, at);

CREATE TABLE attempts (
  id TEXT PRIMARY KEY,
  notification_id TEXT NOT NULL REFERENCES notifications (id),
  account_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  channel TEXT NOT NULL,
  connection_id TEXT NOT NULL DEFAULT '',
  address_id TEXT NOT NULL DEFAULT '',
  recipient TEXT NOT NULL,
  ours BOOLEAN NOT NULL DEFAULT FALSE,
  own_state TEXT NOT NULL,
  own_at TIMESTAMP NOT NULL,
  own_reason TEXT NOT NULL DEFAULT '',
  outcome TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  decided_at TIMESTAMP NOT NULL,
  provider_message_id TEXT NOT NULL DEFAULT '',
  message_id TEXT NOT NULL DEFAULT '',
  asked_by TEXT NOT NULL DEFAULT '',
  asked_by_name TEXT NOT NULL DEFAULT '',
  asked_at TIMESTAMP NOT NULL,
  due_at TIMESTAMP,
  tries INTEGER NOT NULL DEFAULT 0,
  lease TEXT NOT NULL DEFAULT '',
  lease_until TIMESTAMP,
  sending_at TIMESTAMP,
  accepted_at TIMESTAMP,
  settle_at TIMESTAMP,
  looked_up INTEGER NOT NULL DEFAULT 0,
  closed BOOLEAN NOT NULL DEFAULT FALSE,
  why TEXT NOT NULL DEFAULT '',
  smtp_code INTEGER NOT NULL DEFAULT 0,
  enhanced_code TEXT NOT NULL DEFAULT '',
  provider_code TEXT NOT NULL DEFAULT '',
  diagnostic TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX attempts_number ON attempts (notification_id, number);
-- Two people who press Resend at once make one attempt: the database says so (semantics 9.4).
CREATE UNIQUE INDEX attempts_live ON attempts (notification_id) WHERE own_state IN ('queued', 'sending');
CREATE INDEX attempts_provider ON attempts (connection_id, provider_message_id) WHERE provider_message_id <> '';
CREATE INDEX attempts_message ON attempts (account_id, message_id) WHERE message_id <> '';
CREATE INDEX attempts_address ON attempts (address_id, asked_at);
CREATE INDEX attempts_account ON attempts (account_id, asked_at) WHERE ours;
CREATE INDEX attempts_queued ON attempts (due_at) WHERE own_state = 'queued';
CREATE INDEX attempts_sending ON attempts (lease_until) WHERE own_state = 'sending';
CREATE INDEX attempts_settling ON attempts (settle_at) WHERE own_state = 'accepted' AND settle_at IS NOT NULL;
CREATE INDEX attempts_unknown ON attempts (due_at) WHERE own_state = 'unknown' AND due_at IS NOT NULL;

CREATE TABLE events (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  connection_id TEXT NOT NULL REFERENCES connections (id),
  notification_id TEXT NOT NULL DEFAULT '',
  attempt_id TEXT NOT NULL DEFAULT '',
  dedupe_key TEXT NOT NULL,
  provider_event_id TEXT NOT NULL DEFAULT '',
  type TEXT NOT NULL,
  channel TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  recipient TEXT NOT NULL DEFAULT '',
  attempt_ref TEXT NOT NULL DEFAULT '',
  notification_ref TEXT NOT NULL DEFAULT '',
  provider_message_id TEXT NOT NULL DEFAULT '',
  message_id TEXT NOT NULL DEFAULT '',
  smtp_code INTEGER NOT NULL DEFAULT 0,
  enhanced_code TEXT NOT NULL DEFAULT '',
  provider_code TEXT NOT NULL DEFAULT '',
  diagnostic TEXT NOT NULL DEFAULT '',
  suppression_kind TEXT NOT NULL DEFAULT '',
  occurred_at TIMESTAMP NOT NULL,
  by_rank BOOLEAN NOT NULL DEFAULT FALSE,
  after_delivery TEXT NOT NULL DEFAULT '',
  sample BOOLEAN NOT NULL DEFAULT FALSE,
  unproven BOOLEAN NOT NULL DEFAULT FALSE,
  raw BYTEA,
  received_at TIMESTAMP NOT NULL,
  time_flagged BOOLEAN NOT NULL DEFAULT FALSE,
  copies INTEGER NOT NULL DEFAULT 1,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  due_at TIMESTAMP NOT NULL,
  error TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX events_copy ON events (connection_id, dedupe_key);
CREATE INDEX events_due ON events (due_at, id) WHERE state = 'due';
CREATE INDEX events_notification ON events (notification_id, occurred_at) WHERE notification_id <> '';
CREATE INDEX events_unmatched ON events (connection_id, provider_message_id) WHERE state = 'unmatched';
CREATE INDEX events_parked ON events (received_at) WHERE state = 'parked';
CREATE INDEX events_account ON events (account_id, received_at, id);
CREATE INDEX events_age ON events (received_at);

-- +goose Down
DROP TABLE events;
DROP TABLE attempts;
DROP TABLE notes;
DROP TABLE contents;
DROP TABLE notifications;
