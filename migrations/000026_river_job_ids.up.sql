-- Version 8 of the schema of River (github.com/riverqueue/river), which keeps the jobs: its own text, and the note that it was applied.
-- No-op. Postgres sequences already prevent automatically generated job IDs
-- from being reused.
SELECT 1;

INSERT INTO river_migration (line, version) VALUES ('main', 8);
