DROP TABLE package_version, package, artifact_part, artifact;
DROP FUNCTION refuse_change_of_version();
