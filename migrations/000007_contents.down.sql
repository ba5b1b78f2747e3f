ALTER TABLE account DROP COLUMN check_settings;
ALTER TABLE package_version DROP COLUMN override_reason, DROP COLUMN compared_with;
DROP TABLE version_contents;
DROP FUNCTION refuse_change_of_contents();
