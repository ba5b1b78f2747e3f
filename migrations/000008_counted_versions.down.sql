DROP TRIGGER counting_of_versions_is_final ON package;
DROP FUNCTION refuse_change_of_counting();
ALTER TABLE package DROP COLUMN counted;
