-- H2. The newest revision, where several servers write: each locks this row for its transaction and counts on from there.
-- Counting "writer" up stops servers of the release before, which take no part in that.

ALTER TABLE cluster_meta ADD COLUMN IF NOT EXISTS revision BIGINT DEFAULT 0 NOT NULL;
INSERT INTO cluster_meta (id, compacted, short_compacted, epoch, jump)
    SELECT 1, 1, 1, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM cluster_meta);
UPDATE cluster_meta SET writer = writer + 1;
