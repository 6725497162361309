-- +goose Up
-- What belongs to an account has account_id first in every key, so that its rows may lie together: in
-- one part of a large table, or on one server of a cluster.

-- People and accounts. With the tables of connections below, these are asked before it is known
-- whose work it is: on a cluster each server has them whole.

CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  zone TEXT NOT NULL,
  locale TEXT NOT NULL,
  country TEXT NOT NULL,
  settings TEXT NOT NULL DEFAULT '{}',
  -- How many days the number reaches back.
  window_days INTEGER NOT NULL DEFAULT 30,
  -- So many soft failures in a row, spread over more than so many days, opt an address out; 0: the product's number.
  soft_failures INTEGER NOT NULL DEFAULT 0,
  soft_days INTEGER NOT NULL DEFAULT 0,
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
  locked_at TIMESTAMP,
  signed_in_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  last_account_id TEXT NOT NULL DEFAULT '',
  sso_issuer TEXT NOT NULL DEFAULT '',
  sso_subject TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX users_sso ON users (sso_issuer, sso_subject) WHERE sso_subject <> '';

-- A person belongs to an account from when they accept; until then the row is an invitation with an id of
-- its own.
CREATE TABLE members (
  user_id TEXT NOT NULL REFERENCES users (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  role TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  accepted_at TIMESTAMP,
  invitation TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL DEFAULT '',
  signed_in_at TIMESTAMP,
  PRIMARY KEY (user_id, account_id)
);
CREATE INDEX members_account ON members (account_id);
CREATE INDEX members_invitation ON members (invitation);

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
  expires_at TIMESTAMP NOT NULL,
  ends_at TIMESTAMP NOT NULL,
  proven BOOLEAN NOT NULL DEFAULT FALSE,
  asked_at TIMESTAMP
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE sign_in_links (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  account_id TEXT NOT NULL DEFAULT '',
  purpose TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP
);

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

CREATE TABLE keys (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  token_sealed TEXT NOT NULL DEFAULT '',
  hint TEXT NOT NULL DEFAULT '',
  origins TEXT NOT NULL DEFAULT '',
  -- What it may do, parted by spaces.
  rights TEXT NOT NULL DEFAULT '',
  created_by TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP,
  revoked_at TIMESTAMP,
  ends_at TIMESTAMP
);
CREATE INDEX keys_account ON keys (account_id);

-- The log of what was done, and what each form led to.

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
  salt TEXT NOT NULL DEFAULT '',
  erased BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (account_id, seq)
);
CREATE INDEX audit_object ON audit (account_id, object_id, seq);

-- The end of each log.
CREATE TABLE audit_heads (
  account_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  digest TEXT NOT NULL
);

-- What a form's request id led to, so that a second press gets the result of the first.
CREATE TABLE requests (
  account_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  action TEXT NOT NULL,
  result TEXT NOT NULL DEFAULT '',
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (account_id, request_id)
);

-- Connections with providers.

-- hangs, hung_at, hung_until: how many hand-overs in a row did not come to an end in time, since when it is
-- asked by one message at a time, and when the next of them may go.
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
  removed_at TIMESTAMP,
  compared_at TIMESTAMP,
  compare_failed TEXT NOT NULL DEFAULT '',
  hangs INTEGER NOT NULL DEFAULT 0,
  hung_at TIMESTAMP,
  hung_until TIMESTAMP,
  -- What is still good beside its present address and settings, until when.
  old_token_hash TEXT UNIQUE,
  old_token_sealed TEXT NOT NULL DEFAULT '',
  old_token_until TIMESTAMP,
  old_settings_sealed TEXT NOT NULL DEFAULT '',
  old_settings_until TIMESTAMP
);
CREATE INDEX connections_account ON connections (account_id, position);

-- Addresses for bounces that belong to one account.
CREATE TABLE bounce_addresses (
  address TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  connection_id TEXT NOT NULL
);

-- Proofs that count once: tokens of signatures that do not cover the body, each with the
-- body that it came with.
CREATE TABLE tokens (
  connection_id TEXT NOT NULL REFERENCES connections (id),
  token TEXT NOT NULL,
  digest TEXT NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  PRIMARY KEY (connection_id, token)
);
CREATE INDEX tokens_expired ON tokens (expires_at);

-- How many requests were refused in each hour, and why; nothing else of them is kept.
CREATE TABLE refusals (
  connection_id TEXT NOT NULL REFERENCES connections (id),
  hour TIMESTAMP NOT NULL,
  why TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (connection_id, hour, why)
);

-- Times in which a provider could not reach us.
CREATE TABLE gaps (
  account_id TEXT NOT NULL,
  id TEXT NOT NULL,
  connection_id TEXT NOT NULL REFERENCES connections (id),
  from_at TIMESTAMP NOT NULL,
  to_at TIMESTAMP NOT NULL,
  fetched_at TIMESTAMP,
  found INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  closed_at TIMESTAMP,
  due_at TIMESTAMP,
  tries INTEGER NOT NULL DEFAULT 0,
  closed_by TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (account_id, id)
);
CREATE INDEX gaps_connection ON gaps (account_id, connection_id, from_at);
CREATE INDEX gaps_open ON gaps (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX gaps_account ON gaps (account_id, from_at) WHERE closed_at IS NULL AND fetched_at IS NULL;

-- Customers, their addresses, and whether they may be written to.

CREATE TABLE customers (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  id TEXT NOT NULL,
  ref TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  sort_name TEXT NOT NULL,
  zone TEXT NOT NULL DEFAULT '',
  locale TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  updated_by TEXT NOT NULL DEFAULT '',
  erased_at TIMESTAMP,
  -- What a customer is found by: name, reference, addresses, folded (models/fold.go).
  search TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX customers_ref ON customers (account_id, ref) WHERE ref <> '';
CREATE INDEX customers_name ON customers (account_id, sort_name, id);

-- One address or number inside one account; a family that shares one has one row.
CREATE TABLE addresses (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  id TEXT NOT NULL,
  channel TEXT NOT NULL,
  value TEXT NOT NULL,
  normal TEXT NOT NULL,
  soft_failures INTEGER NOT NULL DEFAULT 0,
  soft_since TIMESTAMP,
  failed_at TIMESTAMP,
  delivered_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX addresses_normal ON addresses (account_id, channel, normal);

CREATE TABLE customer_addresses (
  account_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  address_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  main BOOLEAN NOT NULL,
  added_at TIMESTAMP NOT NULL,
  removed_at TIMESTAMP,
  label TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (account_id, customer_id, address_id),
  FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id),
  FOREIGN KEY (account_id, address_id) REFERENCES addresses (account_id, id)
);
CREATE UNIQUE INDEX customer_addresses_main ON customer_addresses (account_id, customer_id, channel)
  WHERE main;
CREATE INDEX customer_addresses_address ON customer_addresses (account_id, address_id);

CREATE TABLE consents (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  id TEXT NOT NULL,
  address_id TEXT NOT NULL,
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
  recorded_at TIMESTAMP NOT NULL,
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, address_id) REFERENCES addresses (account_id, id)
);
CREATE INDEX consents_address ON consents (account_id, address_id, given_at);

-- Our own refusal to send; several causes may hold at once.
CREATE TABLE opt_outs (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  id TEXT NOT NULL,
  address_id TEXT NOT NULL,
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
  consent_id TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, address_id) REFERENCES addresses (account_id, id)
);
CREATE UNIQUE INDEX opt_outs_open ON opt_outs (account_id, address_id, cause) WHERE lifted_at IS NULL;
CREATE INDEX opt_outs_address ON opt_outs (account_id, address_id, occurred_at);
CREATE INDEX opt_outs_event ON opt_outs (account_id, event_id) WHERE event_id <> '';

-- A provider's own refusal; one row for each address, connection and kind, reopened when it is listed again.
CREATE TABLE suppressions (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  id TEXT NOT NULL,
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
  cleared_at TIMESTAMP,
  differed TEXT NOT NULL DEFAULT '',
  differed_at TIMESTAMP,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX suppressions_entry ON suppressions (account_id, connection_id, normal, kind);
CREATE INDEX suppressions_address ON suppressions (account_id, normal);
CREATE INDEX suppressions_differed ON suppressions (account_id, differed, differed_at)
  WHERE differed <> '';
CREATE INDEX suppressions_listed ON suppressions (account_id, listed_at DESC, id DESC);

CREATE TABLE clear_requests (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  id TEXT NOT NULL,
  -- Empty: no provider lists the address, the request is about our own opt-out only.
  suppression_id TEXT NOT NULL DEFAULT '',
  address_id TEXT NOT NULL,
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
  version INTEGER NOT NULL DEFAULT 1,
  keeps_back BOOLEAN NOT NULL DEFAULT FALSE,
  question_by_id TEXT NOT NULL DEFAULT '',
  relisted_times INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, address_id) REFERENCES addresses (account_id, id)
);
CREATE UNIQUE INDEX clear_requests_open ON clear_requests (account_id, address_id, suppression_id, kind)
  WHERE state IN ('requested', 'approved', 'by_hand', 'running');
CREATE INDEX clear_requests_queue ON clear_requests (state, asked_at);
CREATE INDEX clear_requests_account ON clear_requests (account_id, asked_at);
CREATE INDEX clear_requests_confirm ON clear_requests (confirm_token_hash) WHERE confirm_token_hash <> '';
CREATE INDEX clear_requests_suppression ON clear_requests (account_id, suppression_id)
  WHERE suppression_id <> '';
-- What a delivery proves.
CREATE INDEX clear_requests_unproven ON clear_requests (account_id, address_id) WHERE state = 'done' AND proven_at IS NULL;
-- A job names it by its id alone.
CREATE INDEX clear_requests_id ON clear_requests (id);

-- What an account's people said about suggested corrections: accepted ones are learnt from, and
-- suggested only while the directory says that the wrong domain takes no mail; dismissed ones stay away.
CREATE TABLE corrections (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  wrong TEXT NOT NULL,
  corrected TEXT NOT NULL,
  -- Who has done it: several people must have.
  by_id TEXT NOT NULL,
  times INTEGER NOT NULL DEFAULT 1,
  no_mail BOOLEAN NOT NULL DEFAULT FALSE,
  asked_at TIMESTAMP,
  PRIMARY KEY (account_id, wrong, corrected, by_id)
);

CREATE TABLE dismissals (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  address TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (account_id, address)
);

-- Notifications, and what providers said of them.

CREATE TABLE notifications (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  id TEXT NOT NULL,
  ref TEXT NOT NULL DEFAULT '',
  digest TEXT NOT NULL DEFAULT '',
  origin TEXT NOT NULL,
  customer_id TEXT NOT NULL,
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
  updated_at TIMESTAMP NOT NULL,
  ready_at TIMESTAMP,
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id)
);
CREATE UNIQUE INDEX notifications_ref ON notifications (account_id, ref) WHERE ref <> '';
CREATE INDEX notifications_customer ON notifications (account_id, customer_id, sent_at DESC);
CREATE INDEX notifications_sent ON notifications (sent_at);

CREATE TABLE contents (
  account_id TEXT NOT NULL,
  notification_id TEXT NOT NULL,
  sender TEXT NOT NULL DEFAULT '',
  reply_to TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL DEFAULT '',
  html TEXT NOT NULL DEFAULT '',
  headers TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (account_id, notification_id),
  FOREIGN KEY (account_id, notification_id) REFERENCES notifications (account_id, id)
);
CREATE INDEX contents_age ON contents (created_at);

CREATE TABLE notes (
  account_id TEXT NOT NULL,
  id TEXT NOT NULL,
  notification_id TEXT NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, notification_id) REFERENCES notifications (account_id, id)
);
CREATE INDEX notes_notification ON notes (account_id, notification_id, at);

CREATE TABLE attempts (
  account_id TEXT NOT NULL,
  id TEXT NOT NULL,
  notification_id TEXT NOT NULL,
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
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, notification_id) REFERENCES notifications (account_id, id)
);
CREATE UNIQUE INDEX attempts_number ON attempts (account_id, notification_id, number);
-- Two people who press Resend at once make one attempt: the database says so.
CREATE UNIQUE INDEX attempts_live ON attempts (account_id, notification_id)
  WHERE own_state IN ('queued', 'sending');
CREATE INDEX attempts_provider ON attempts (account_id, connection_id, provider_message_id)
  WHERE provider_message_id <> '';
CREATE INDEX attempts_message ON attempts (account_id, message_id) WHERE message_id <> '';
CREATE INDEX attempts_address ON attempts (account_id, address_id, asked_at);
CREATE INDEX attempts_account ON attempts (account_id, asked_at) WHERE ours;
CREATE INDEX attempts_queued ON attempts (due_at) WHERE own_state = 'queued';
CREATE INDEX attempts_sending ON attempts (lease_until) WHERE own_state = 'sending';
CREATE INDEX attempts_settling ON attempts (settle_at)
  WHERE own_state = 'accepted' AND settle_at IS NOT NULL;
CREATE INDEX attempts_unknown ON attempts (due_at) WHERE own_state = 'unknown' AND due_at IS NOT NULL;
-- A job, and the return path of a mail, name what we sent ourselves by its id alone.
CREATE INDEX attempts_ours ON attempts (id) WHERE ours;

CREATE TABLE events (
  account_id TEXT NOT NULL,
  id TEXT NOT NULL,
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
  error TEXT NOT NULL DEFAULT '',
  probable BOOLEAN NOT NULL DEFAULT FALSE,
  feed BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX events_copy ON events (account_id, connection_id, dedupe_key);
CREATE INDEX events_due ON events (account_id, due_at, id) WHERE state = 'due';
CREATE INDEX events_notification ON events (account_id, notification_id, occurred_at)
  WHERE notification_id <> '';
CREATE INDEX events_unmatched ON events (account_id, connection_id, provider_message_id)
  WHERE state = 'unmatched';
CREATE INDEX events_unmatched_header ON events (account_id, connection_id, message_id)
  WHERE state = 'unmatched' AND message_id <> '';
CREATE INDEX events_parked ON events (received_at) WHERE state = 'parked';
CREATE INDEX events_age ON events (received_at);
-- What support looks at: reports that were not understood, and failures that no entry explains.
-- Texts of customers that may ask to stop: a person reads them.
CREATE INDEX events_unsure ON events (account_id, occurred_at) WHERE provider_code = 'wish:unsure';
CREATE INDEX events_unrecognised ON events (received_at) WHERE type = 'unrecognised';
CREATE INDEX events_unexplained ON events (received_at)
  WHERE reason IN ('other-temporary', 'other-permanent', 'sms-unknown-error');
CREATE INDEX events_feed ON events (account_id, feed, id);
-- What waits for the notification that it names by the business's own name.
CREATE INDEX events_unmatched_ref ON events (account_id, notification_ref)
  WHERE state = 'unmatched' AND notification_ref <> '';
-- What an erasure looks through: reports that belong to no notification.
CREATE INDEX events_loose ON events (account_id, LOWER(recipient))
  WHERE notification_id = '' AND state <> 'due';

-- In which order an account's events were stored for good: a program that has read so far
-- misses none that was in hand at that moment. The head of an account is held from the taking of a place until
-- the commit.
CREATE TABLE feed_heads (
  account_id TEXT PRIMARY KEY,
  at BIGINT NOT NULL
);

-- The report.

-- What the report shows, one row a notification that has ever been undelivered. left_at NULL: on the
-- report and in the number. The columns that a page shows are copied here, so that it reads one table.
CREATE TABLE undelivered (
  account_id TEXT NOT NULL,
  id TEXT NOT NULL,
  channel TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  failed_at TIMESTAMP NOT NULL,
  day TEXT NOT NULL,
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  due_at TIMESTAMP,
  customer_id TEXT NOT NULL,
  customer_ref TEXT NOT NULL,
  customer_name TEXT NOT NULL,
  sort_name TEXT NOT NULL,
  address_id TEXT NOT NULL,
  recipient TEXT NOT NULL,
  domain TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  our_side BOOLEAN NOT NULL,
  tries INTEGER NOT NULL,
  returned BOOLEAN NOT NULL,
  new_address BOOLEAN NOT NULL DEFAULT FALSE,
  suggestion TEXT NOT NULL DEFAULT '',
  assigned_to TEXT NOT NULL DEFAULT '',
  snoozed_until TIMESTAMP,
  on_hold BOOLEAN NOT NULL DEFAULT FALSE,
  search TEXT NOT NULL,
  left_at TIMESTAMP,
  left_why TEXT NOT NULL DEFAULT '',
  ready BOOLEAN NOT NULL DEFAULT FALSE,
  outcome TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, id) REFERENCES notifications (account_id, id)
);
CREATE INDEX undelivered_open ON undelivered (account_id, failed_at DESC, id DESC) WHERE left_at IS NULL;
CREATE INDEX undelivered_open_status ON undelivered (account_id, status, failed_at DESC, id DESC)
  WHERE left_at IS NULL;
CREATE INDEX undelivered_left ON undelivered (account_id, left_why, failed_at DESC, id DESC)
  WHERE left_at IS NOT NULL;
CREATE INDEX undelivered_customer ON undelivered (account_id, customer_id);
CREATE INDEX undelivered_address ON undelivered (account_id, address_id);
CREATE INDEX undelivered_due ON undelivered (account_id, due_at, failed_at)
  WHERE left_at IS NULL AND due_at IS NOT NULL;
CREATE INDEX undelivered_open_name ON undelivered (account_id, sort_name, id) WHERE left_at IS NULL;
CREATE INDEX undelivered_open_reason ON undelivered (account_id, reason, failed_at DESC, id DESC)
  WHERE left_at IS NULL;
CREATE INDEX undelivered_open_domain ON undelivered (account_id, domain, failed_at DESC, id DESC)
  WHERE left_at IS NULL;
CREATE INDEX undelivered_mistyped ON undelivered (account_id, failed_at DESC)
  WHERE left_at IS NULL AND suggestion <> '';
CREATE INDEX undelivered_unknown ON undelivered (account_id, failed_at DESC)
  WHERE left_at IS NULL AND state = 'unknown';
-- What somebody looks after, or has put off, is counted in its own small index.
CREATE INDEX undelivered_work ON undelivered (account_id, failed_at)
  WHERE left_at IS NULL AND (assigned_to <> '' OR on_hold OR snoozed_until IS NOT NULL);
-- What may be ready to try again, so that the dashboard does not look for it among all that is open.
CREATE INDEX undelivered_ready ON undelivered (account_id, failed_at DESC)
  WHERE left_at IS NULL AND (ready OR state = 'failed' AND NOT our_side
    AND status IN ('soft_bounce', 'mailbox_error'));
-- The share of complaints is counted from the index alone.
CREATE INDEX undelivered_spammed ON undelivered (account_id, failed_at, reason) WHERE status = 'spammed';

-- A query of the report that somebody has kept.
CREATE TABLE views (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  shared BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX views_name ON views (account_id, user_id, name);

-- Work on many at once.

-- Many resent or cleared at once: the set is fixed when a person confirms it, and each item keeps its
-- own result. A large set is checked by a job before it is confirmed.
CREATE TABLE bulk_jobs (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  id TEXT NOT NULL,
  action TEXT NOT NULL,
  outcome TEXT NOT NULL DEFAULT '',
  query TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  why TEXT NOT NULL DEFAULT '',
  total INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  sent INTEGER NOT NULL DEFAULT 0,
  by_kind TEXT NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  by_role TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP,
  instead TEXT NOT NULL DEFAULT '',
  texts INTEGER NOT NULL DEFAULT 0,
  texts_out INTEGER NOT NULL DEFAULT 0,
  emails INTEGER NOT NULL DEFAULT 0,
  emails_out INTEGER NOT NULL DEFAULT 0,
  parts INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, id)
);
CREATE INDEX bulk_jobs_account ON bulk_jobs (account_id, created_at);
CREATE INDEX bulk_jobs_checks ON bulk_jobs (created_at) WHERE state IN ('checking', 'checked');
-- A job names it by its id alone.
CREATE INDEX bulk_jobs_id ON bulk_jobs (id);

CREATE TABLE bulk_items (
  account_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  notification_id TEXT NOT NULL,
  state TEXT NOT NULL,
  guard TEXT NOT NULL DEFAULT '',
  attempt_id TEXT NOT NULL DEFAULT '',
  digest TEXT NOT NULL DEFAULT '',
  address_id TEXT NOT NULL DEFAULT '',
  way TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (account_id, job_id, position),
  FOREIGN KEY (account_id, job_id) REFERENCES bulk_jobs (account_id, id)
);
CREATE INDEX bulk_items_open ON bulk_items (account_id, job_id, position) WHERE state = 'waiting';
CREATE INDEX bulk_items_digest ON bulk_items (account_id, job_id, digest) WHERE digest <> '';
CREATE INDEX bulk_items_refused ON bulk_items (account_id, job_id, guard, position)
  WHERE state = 'refused';
CREATE INDEX bulk_items_address ON bulk_items (account_id, job_id, address_id) WHERE address_id <> '';
CREATE INDEX bulk_items_way ON bulk_items (account_id, job_id, way, position) WHERE way <> '';

-- A corrected file between its preview and its application.
CREATE TABLE imports (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  id TEXT NOT NULL,
  by_id TEXT NOT NULL,
  total INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  applied_at TIMESTAMP,
  ended_at TIMESTAMP,
  PRIMARY KEY (account_id, id)
);
CREATE INDEX imports_age ON imports (created_at);

-- Each line of an import has a row of its own, whose state changes in the transaction of its change: an
-- import that breaks off says truthfully what was done, and goes on.
CREATE TABLE import_lines (
  account_id TEXT NOT NULL,
  import_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  line INTEGER NOT NULL,
  notification_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  customer TEXT NOT NULL,
  channel TEXT NOT NULL,
  was TEXT NOT NULL,
  becomes TEXT NOT NULL,
  state TEXT NOT NULL,
  problem TEXT NOT NULL,
  done BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (account_id, import_id, position),
  FOREIGN KEY (account_id, import_id) REFERENCES imports (account_id, id)
);

-- What the account's own systems are told.

-- Where an account's own system is called.
CREATE TABLE callback_endpoints (
  account_id TEXT PRIMARY KEY REFERENCES accounts (id),
  url TEXT NOT NULL,
  events TEXT NOT NULL DEFAULT '',
  secret_sealed TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  sequence BIGINT NOT NULL DEFAULT 0,
  old_secret_sealed TEXT NOT NULL DEFAULT '',
  old_secret_until TIMESTAMP
);

-- What it has not been told yet, in the order of the changes to one thing. A call holds ids and words of
-- our own words only, never a name or an address: whoever is called asks for the rest.
CREATE TABLE callbacks (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  due_at TIMESTAMP,
  error TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  about TEXT NOT NULL DEFAULT '',
  sequence BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, id)
);
CREATE INDEX callbacks_due ON callbacks (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX callbacks_about ON callbacks (account_id, about, sequence);

-- The program itself, and what it has learnt.

-- What the directory of domain names last said of the domains that an account sends from.
CREATE TABLE sending_domains (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  domain TEXT NOT NULL,
  spf TEXT NOT NULL,
  dkim TEXT NOT NULL,
  dmarc TEXT NOT NULL,
  checked_at TIMESTAMP NOT NULL,
  PRIMARY KEY (account_id, domain)
);

-- What support proposes for the dictionary: words that no entry explained, and the entry that would.
CREATE TABLE proposals (
  id TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  channel TEXT NOT NULL,
  words TEXT NOT NULL,
  reason TEXT NOT NULL,
  n INTEGER NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX proposals_words ON proposals (provider, channel, words);

-- When the program last said that it runs; the time without is a gap for every connection. stopped: it
-- said that it stops, so that the time until it runs again is known to the second. place: where the database
-- was when a program last ran on it; another place means that it is a copy.
CREATE TABLE heartbeats (
  id TEXT PRIMARY KEY,
  at TIMESTAMP NOT NULL,
  stopped BOOLEAN NOT NULL DEFAULT FALSE,
  place TEXT NOT NULL DEFAULT '',
  copied_at TIMESTAMP
);

-- The programs that run on this database, each with its last sign of life.
CREATE TABLE instances (
  id TEXT PRIMARY KEY,
  beat_at TIMESTAMP NOT NULL
);

-- The key by which erased addresses are recognised, sealed: it outlives a change of the secret key.
CREATE TABLE digest_keys (
  name TEXT PRIMARY KEY,
  sealed TEXT NOT NULL
);

-- +goose Down
DROP TABLE digest_keys;
DROP TABLE instances;
DROP TABLE heartbeats;
DROP TABLE proposals;
DROP TABLE sending_domains;
DROP TABLE callbacks;
DROP TABLE callback_endpoints;
DROP TABLE import_lines;
DROP TABLE imports;
DROP TABLE bulk_items;
DROP TABLE bulk_jobs;
DROP TABLE views;
DROP TABLE undelivered;
DROP TABLE feed_heads;
DROP TABLE events;
DROP TABLE attempts;
DROP TABLE notes;
DROP TABLE contents;
DROP TABLE notifications;
DROP TABLE dismissals;
DROP TABLE corrections;
DROP TABLE clear_requests;
DROP TABLE suppressions;
DROP TABLE opt_outs;
DROP TABLE consents;
DROP TABLE customer_addresses;
DROP TABLE addresses;
DROP TABLE customers;
DROP TABLE gaps;
DROP TABLE refusals;
DROP TABLE tokens;
DROP TABLE bounce_addresses;
DROP TABLE connections;
DROP TABLE requests;
DROP TABLE audit_heads;
DROP TABLE audit;
DROP TABLE keys;
DROP TABLE known_devices;
DROP TABLE sign_in_tries;
DROP TABLE sign_in_links;
DROP TABLE sessions;
DROP TABLE support_grants;
DROP TABLE members;
DROP TABLE users;
DROP TABLE accounts;
