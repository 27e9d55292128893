-- +goose Up
CREATE TABLE people (
    id      TEXT    NOT NULL PRIMARY KEY,
    token   BLOB    NOT NULL UNIQUE,
    created INTEGER NOT NULL
);

-- The texts of scenarios, each once, as long as a conversation was held with it.
CREATE TABLE scenarios (
    hash TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
);

-- ended is 0 while a conversation goes on. Times are milliseconds since 1970, UTC.
CREATE TABLE conversations (
    id            TEXT    NOT NULL PRIMARY KEY,
    person        TEXT    NOT NULL REFERENCES people (id),
    scenario_id   TEXT    NOT NULL,
    scenario_hash TEXT    NOT NULL REFERENCES scenarios (hash),
    kind          TEXT    NOT NULL,
    practise      TEXT    NOT NULL,
    keep_nothing  INTEGER NOT NULL,
    seed          INTEGER NOT NULL,
    begun         INTEGER NOT NULL,
    changed       INTEGER NOT NULL,
    ended         INTEGER NOT NULL,
    ended_by      TEXT    NOT NULL,
    stepped_out   INTEGER NOT NULL,
    last_seq      INTEGER NOT NULL,
    turns         INTEGER NOT NULL
);
CREATE INDEX conversations_of_person ON conversations (person, begun);
CREATE INDEX conversations_of_scenario ON conversations (scenario_hash);
CREATE INDEX conversations_to_forget ON conversations (changed) WHERE keep_nothing = 1;

-- The journal. client_id is the client's own id of a heard turn: the second of
-- the same name in a conversation cannot be written, whatever the program does.
CREATE TABLE events (
    conversation TEXT    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq          INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    client_id    TEXT,
    body         BLOB    NOT NULL,
    PRIMARY KEY (conversation, seq)
);
CREATE UNIQUE INDEX events_by_client ON events (conversation, client_id) WHERE client_id IS NOT NULL;

CREATE TABLE snapshots (
    conversation TEXT    NOT NULL PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    seq          INTEGER NOT NULL,
    versions     TEXT    NOT NULL,
    state        BLOB    NOT NULL
);

CREATE TABLE tokens (
    token        BLOB    NOT NULL PRIMARY KEY,
    conversation TEXT    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    created      INTEGER NOT NULL
);
CREATE INDEX tokens_of_conversation ON tokens (conversation);

-- +goose Down
DROP TABLE tokens;
DROP TABLE snapshots;
DROP TABLE events;
DROP TABLE conversations;
DROP TABLE scenarios;
DROP TABLE people;
