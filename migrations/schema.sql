-- What all migrations together make, printed from a fresh SQLite database by go test ./migrations -write.
-- On PostgreSQL it is the same, but WITH (fillfactor = 50) where it says WITHOUT ROWID.

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

CREATE TABLE sign_in_tries (
  name TEXT PRIMARY KEY,
  tries INTEGER NOT NULL,
  free_at TIMESTAMP NOT NULL,
  forget_at TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_tries_forget ON sign_in_tries (forget_at);

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

CREATE TABLE audit_heads (
  account_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  digest TEXT NOT NULL
);

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

CREATE TABLE bounce_addresses (
  address TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  connection_id TEXT NOT NULL
);

CREATE TABLE tokens (
  connection_id TEXT NOT NULL REFERENCES connections (id),
  token TEXT NOT NULL,
  digest TEXT NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  PRIMARY KEY (connection_id, token)
);
CREATE INDEX tokens_expired ON tokens (expires_at);

CREATE TABLE refusals (
  connection_id TEXT NOT NULL REFERENCES connections (id),
  hour TIMESTAMP NOT NULL,
  why TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (connection_id, hour, why)
);

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
CREATE INDEX clear_requests_unproven ON clear_requests (account_id, address_id) WHERE state = 'done' AND proven_at IS NULL;
CREATE INDEX clear_requests_id ON clear_requests (id);

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
CREATE INDEX events_unsure ON events (account_id, occurred_at) WHERE provider_code = 'wish:unsure';
CREATE INDEX events_unrecognised ON events (received_at) WHERE type = 'unrecognised';
CREATE INDEX events_unexplained ON events (received_at)
  WHERE reason IN ('other-temporary', 'other-permanent', 'sms-unknown-error');
CREATE INDEX events_feed ON events (account_id, feed, id);
CREATE INDEX events_unmatched_ref ON events (account_id, notification_ref)
  WHERE state = 'unmatched' AND notification_ref <> '';
CREATE INDEX events_loose ON events (account_id, LOWER(recipient))
  WHERE notification_id = '' AND state <> 'due';

CREATE TABLE feed_heads (
  account_id TEXT PRIMARY KEY,
  at BIGINT NOT NULL
);

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
CREATE INDEX undelivered_work ON undelivered (account_id, failed_at)
  WHERE left_at IS NULL AND (assigned_to <> '' OR on_hold OR snoozed_until IS NOT NULL);
CREATE INDEX undelivered_ready ON undelivered (account_id, failed_at DESC)
  WHERE left_at IS NULL AND (ready OR state = 'failed' AND NOT our_side
    AND status IN ('soft_bounce', 'mailbox_error'));
CREATE INDEX undelivered_spammed ON undelivered (account_id, failed_at, reason) WHERE status = 'spammed';

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

CREATE TABLE sending_domains (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  domain TEXT NOT NULL,
  spf TEXT NOT NULL,
  dkim TEXT NOT NULL,
  dmarc TEXT NOT NULL,
  checked_at TIMESTAMP NOT NULL,
  PRIMARY KEY (account_id, domain)
);

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

CREATE TABLE heartbeats (
  id TEXT PRIMARY KEY,
  at TIMESTAMP NOT NULL,
  stopped BOOLEAN NOT NULL DEFAULT FALSE,
  place TEXT NOT NULL DEFAULT '',
  copied_at TIMESTAMP
);

CREATE TABLE instances (
  id TEXT PRIMARY KEY,
  beat_at TIMESTAMP NOT NULL
);

CREATE TABLE digest_keys (
  name TEXT PRIMARY KEY,
  sealed TEXT NOT NULL
);

CREATE TABLE undelivered_daily (
  account_id TEXT NOT NULL,
  day TEXT NOT NULL,
  channel TEXT NOT NULL,
  status TEXT NOT NULL,
  open INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL DEFAULT 0,
  waiting INTEGER NOT NULL DEFAULT 0,
  cleared INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, day, channel, status)
) WITHOUT ROWID;

CREATE TABLE facet_daily (
  account_id TEXT NOT NULL,
  facet TEXT NOT NULL,
  day TEXT NOT NULL,
  value TEXT NOT NULL,
  channel TEXT NOT NULL,
  status TEXT NOT NULL,
  open INTEGER NOT NULL DEFAULT 0,
  fixed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, facet, day, value, channel, status)
) WITHOUT ROWID;

CREATE TABLE sent_daily (
  account_id TEXT NOT NULL,
  day TEXT NOT NULL,
  channel TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  domain TEXT NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, day, channel, connection_id, kind, domain)
) WITHOUT ROWID;

CREATE TABLE search_rows (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account_id TEXT NOT NULL
);

CREATE VIRTUAL TABLE search_index USING fts5 (search, content = '', contentless_delete = 1, tokenize = 'trigram');
