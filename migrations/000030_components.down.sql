DROP TABLE environment;
DROP FUNCTION environment_id(uuid, text);
DROP TABLE version_component;
