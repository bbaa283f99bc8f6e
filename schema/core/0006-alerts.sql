-- What became of the rules' verdicts: alerts, what happened to them, and who is to be told.

CREATE TABLE alert_rules (
    rule         TEXT PRIMARY KEY,
    baseline_at  INTEGER,              -- the first evaluation that had data: what fired then is listed, not told
    evaluated_at INTEGER NOT NULL,
    as_of        INTEGER,              -- of the data of the last evaluation
    snapshot     INTEGER NOT NULL,     -- the newest snapshot it saw: verdicts that saw less come too late
    fault        TEXT,                 -- why the rule is broken
    broken_at    INTEGER               -- since when
) STRICT, WITHOUT ROWID;

-- One row for each life of an alert, from pending or firing until it is resolved, or inactive without having fired.
CREATE TABLE alerts (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    uid             TEXT NOT NULL UNIQUE DEFAULT (lower(hex(randomblob(16)))),
    rule            TEXT NOT NULL,
    title           TEXT NOT NULL,     -- the rule's
    key             TEXT NOT NULL,     -- what it is about, a JSON object: {"contract_id":1}
    state           TEXT NOT NULL CHECK (state IN ('inactive', 'pending', 'firing', 'resolved')),
    severity        TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    owner           TEXT,
    labels          TEXT NOT NULL DEFAULT '{}',
    since           INTEGER NOT NULL,  -- as of when it has been in its state
    fired_at        INTEGER,           -- as of when it fired
    resolved_at     INTEGER,           -- as of when it ended
    as_of           INTEGER NOT NULL,  -- of the last verdict that was known
    verdict         TEXT NOT NULL,     -- the row of the last verdict that fired, a JSON object
    held            TEXT,              -- why the last verdict was unknown; the state is then the one before
    quiet_since     INTEGER,
    told_at         INTEGER,
    told            TEXT NOT NULL DEFAULT '{}',
    is_baseline     INTEGER NOT NULL DEFAULT 0,
    acknowledged_at INTEGER,
    acknowledgement TEXT
) STRICT;
CREATE UNIQUE INDEX alerts_alive ON alerts (rule, key) WHERE state IN ('pending', 'firing');
CREATE INDEX alerts_by_rule ON alerts (rule, since);

-- Each step in an alert's life, with its evidence: the verdict's row as of that moment.
CREATE TABLE alert_events (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    uid      TEXT NOT NULL UNIQUE DEFAULT (lower(hex(randomblob(16)))),
    alert    INTEGER NOT NULL,
    previous TEXT NOT NULL,
    state    TEXT NOT NULL,
    cause    TEXT NOT NULL CHECK (cause IN ('transition', 'repeat', 'changed', 'late', 'gone')),
    is_told  INTEGER NOT NULL,         -- whether receivers were to hear of it
    severity TEXT NOT NULL,
    owner    TEXT,
    labels   TEXT NOT NULL,
    as_of    INTEGER NOT NULL,
    since    INTEGER NOT NULL,
    at       INTEGER NOT NULL,         -- when the rule was evaluated
    verdict  TEXT NOT NULL,
    units    TEXT NOT NULL             -- what columns of the verdict mean: {"unit_price":"isk"}
) STRICT;
CREATE INDEX alert_events_by_alert ON alert_events (alert);

-- Verdicts that are unknown, or about data that are too old, and since when: what makes a rule blind.
CREATE TABLE alert_unknowns (
    rule     TEXT NOT NULL,
    key      TEXT NOT NULL,
    since_at INTEGER NOT NULL,
    reason   TEXT,
    PRIMARY KEY (rule, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_silences (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    rule       TEXT,                   -- NULL: any
    key        TEXT,                   -- a JSON object; an alert's key must have all its members
    label      TEXT,                   -- name=value
    until_at   INTEGER NOT NULL,
    why        TEXT,
    created_at INTEGER NOT NULL,
    ended_at   INTEGER                 -- when it was taken back
) STRICT;

-- What is to be told whom: written with the event, in one transaction.
CREATE TABLE alert_outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    event      INTEGER NOT NULL,
    receiver   TEXT NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('waiting', 'sent', 'dead', 'dropped')),
    digest     TEXT NOT NULL,          -- rows of one receiver and digest make one message
    delivery   TEXT,                   -- the message's id, from the first attempt on the same
    due_at     INTEGER NOT NULL,
    lease      INTEGER,                -- of the process that is delivering it
    attempts   INTEGER NOT NULL DEFAULT 0,
    code       TEXT,                   -- the peer's last answer
    text       TEXT,
    created_at INTEGER NOT NULL,
    tried_at   INTEGER,
    sent_at    INTEGER,
    UNIQUE (event, receiver)
) STRICT;
CREATE INDEX alert_outbox_waiting ON alert_outbox (receiver, due_at) WHERE status = 'waiting';
CREATE INDEX alert_outbox_by_delivery ON alert_outbox (delivery);
CREATE INDEX alert_outbox_sent ON alert_outbox (receiver, sent_at) WHERE status = 'sent';
