DELETE FROM mail_choice WHERE kind = 'pack.deleted';
UPDATE webhook SET kinds = array_remove(kinds, 'pack.deleted') WHERE kinds <> '{pack.deleted}';
DROP TABLE failure_told;
