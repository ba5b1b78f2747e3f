-- What clients of Boomi's API look for: the components that uploaded versions hold, and the environments of an account.

-- One row for each component that a version brings; a package of another platform is one component itself, known by the
-- package's id. The rows stay when the version is deleted, as the version's facts do.
CREATE TABLE version_component (
  version_id   uuid    NOT NULL,
  component_id text    NOT NULL,                            -- as the platform gives it
  package_id   uuid    NOT NULL,
  publisher_id uuid    NOT NULL,
  version      int     NOT NULL,                            -- as the platform counts; 0: it does not tell
  name         text    NOT NULL,
  kind         text    NOT NULL,                            -- the platform's word: 'process'; empty: not known
  main         boolean NOT NULL,                            -- the one that the package is installed for
  PRIMARY KEY (version_id, component_id),
  FOREIGN KEY (version_id, package_id) REFERENCES package_version (id, package_id),
  FOREIGN KEY (package_id, publisher_id) REFERENCES package (id, publisher_id)
);
CREATE INDEX component_of_publisher ON version_component (publisher_id, component_id, version, version_id);
CREATE INDEX component_by_name ON version_component (publisher_id, name, component_id, version, version_id);
CREATE UNIQUE INDEX one_main_component_per_version ON version_component (version_id) WHERE main;

-- Of versions uploaded before, the manifest tells the components, and the kind of the main one alone.
INSERT INTO version_component (version_id, component_id, package_id, publisher_id, version, name, kind, main)
SELECT v.id, c.e ->> 'ID', v.package_id, p.publisher_id, CASE WHEN c.e ->> 'Version' ~ '^[0-9]{1,9}$' THEN (c.e ->> 'Version')::int ELSE 0 END,
       c.e ->> 'Name', CASE WHEN c.e ->> 'ID' = v.manifest ->> 'Identifier'
                            THEN CASE v.manifest ->> 'Kind' WHEN 'API service' THEN 'webservice' ELSE lower(v.manifest ->> 'Kind') END ELSE '' END,
       c.e ->> 'ID' = v.manifest ->> 'Identifier'
  FROM package_version v
  JOIN package p ON p.id = v.package_id
 CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(v.manifest -> 'Components') WHEN 'array' THEN v.manifest -> 'Components' ELSE '[]' END) c (e)
 WHERE p.platform = 'boomi' AND c.e ->> 'ID' <> '' AND c.e ->> 'Name' <> ''
ON CONFLICT DO NOTHING;

INSERT INTO version_component (version_id, component_id, package_id, publisher_id, version, name, kind, main)
SELECT v.id, p.id::text, p.id, p.publisher_id, 1, v.display_name, lower(p.kind), true
  FROM package_version v
  JOIN package p ON p.id = v.package_id
 WHERE NOT EXISTS (SELECT FROM version_component c WHERE c.version_id = v.id AND c.main);

-- The id of an environment follows from its account and its name: labels of attachments are environments without a row.
CREATE FUNCTION environment_id(account uuid, name text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT md5('environment ' || account::text || ' ' || name)::uuid
$$;

CREATE TABLE environment (
  account_id     uuid        NOT NULL REFERENCES account,
  name           text        NOT NULL,
  classification text        NOT NULL,
  created_at     timestamptz NOT NULL,
  created_by     uuid        NOT NULL REFERENCES person,
  CONSTRAINT one_environment_per_name PRIMARY KEY (account_id, name),
  CONSTRAINT environment_name_is_given CHECK (btrim(name) <> '' AND length(name) <= 80),
  CONSTRAINT classification_is_known CHECK (classification IN ('PROD', 'TEST'))
);

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT ON version_component, environment TO packtide_app;
    REVOKE UPDATE, DELETE, TRUNCATE ON version_component, environment FROM packtide_app;
  END IF;
END $$;
