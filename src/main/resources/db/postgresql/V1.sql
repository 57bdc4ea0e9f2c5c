-- PostgreSQL. The store's tables. A state of an object is one row, in the current table or, once superseded, in the log.
--
-- The server runs this itself if its user may create tables. If not, a DBA runs V1.sql, V2.sql, ... in order, in the schema
-- that is first in the user's search_path, and grants the user USAGE on the schema and SELECT, INSERT, UPDATE and DELETE on
-- the tables (docs/postgresql.md). Harmless when run twice.

CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY);

CREATE TABLE IF NOT EXISTS cluster_meta (
    id INTEGER PRIMARY KEY,
    -- The floors of history.
    compacted BIGINT NOT NULL,
    short_compacted BIGINT NOT NULL,
    -- How often the revision has jumped.
    epoch BIGINT NOT NULL,
    -- After a restore: UPDATE cluster_meta SET jump = 1000000000; the next start adds it to the revision, once.
    jump BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS revision_time (
    revision BIGINT PRIMARY KEY,
    millis BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS object (
    revision BIGINT PRIMARY KEY,
    resource VARCHAR(512) NOT NULL,
    namespace VARCHAR(512) NOT NULL,
    name VARCHAR(512) NOT NULL,
    json BYTEA NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS object_key ON object (resource, namespace, name);

CREATE TABLE IF NOT EXISTS short_lived_object (
    revision BIGINT PRIMARY KEY,
    resource VARCHAR(512) NOT NULL,
    namespace VARCHAR(512) NOT NULL,
    name VARCHAR(512) NOT NULL,
    json BYTEA NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS short_lived_object_key ON short_lived_object (resource, namespace, name);

CREATE TABLE IF NOT EXISTS revision_log (
    revision BIGINT PRIMARY KEY,
    resource VARCHAR(512) NOT NULL,
    namespace VARCHAR(512) NOT NULL,
    name VARCHAR(512) NOT NULL,
    json BYTEA NOT NULL,
    superseded BIGINT NOT NULL,
    deleted BOOLEAN NOT NULL
);
CREATE INDEX IF NOT EXISTS revision_log_superseded ON revision_log (superseded);

CREATE TABLE IF NOT EXISTS short_lived_log (
    revision BIGINT PRIMARY KEY,
    resource VARCHAR(512) NOT NULL,
    namespace VARCHAR(512) NOT NULL,
    name VARCHAR(512) NOT NULL,
    json BYTEA NOT NULL,
    superseded BIGINT NOT NULL,
    deleted BOOLEAN NOT NULL
);
CREATE INDEX IF NOT EXISTS short_lived_log_superseded ON short_lived_log (superseded);

INSERT INTO schema_version VALUES (1) ON CONFLICT DO NOTHING;
