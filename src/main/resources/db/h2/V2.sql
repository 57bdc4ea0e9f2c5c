-- H2. Which server may write: each counts this up when it opens the database, and stops writing when another has.

ALTER TABLE cluster_meta ADD COLUMN IF NOT EXISTS writer BIGINT DEFAULT 0 NOT NULL;
