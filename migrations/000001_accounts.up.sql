-- Who works with packtide: accounts (tenants), persons, what each may do where, and how they prove who they are.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- The application's rights are granted to a group role, so that a deployment can run it as a login that owns nothing.
-- Roles belong to the cluster: another database may create it at this very moment.
DO $$ BEGIN
  CREATE ROLE packtide_app NOLOGIN;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN RAISE NOTICE 'role packtide_app not created: the application runs with the rights of its own login';
END $$;

-- The instant that a UUIDv7 tells, to the millisecond.
CREATE FUNCTION uuid_instant(u uuid) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT 'epoch'::timestamptz + ('x' || substr(replace(u::text, '-', ''), 1, 12))::bit(48)::bigint * interval '1 millisecond'
$$;

CREATE TABLE account (
  id                   uuid        PRIMARY KEY,
  name                 text        NOT NULL,
  zone                 text        NOT NULL,                -- IANA name
  publisher            boolean     NOT NULL,
  managed              boolean     NOT NULL,
  shareable_by_default boolean     NOT NULL DEFAULT false,  -- R2
  created_at           timestamptz NOT NULL,
  CONSTRAINT account_publishes_or_installs CHECK (publisher OR managed),
  CONSTRAINT account_name_is_given CHECK (btrim(name) <> '' AND length(name) <= 150)
);
CREATE UNIQUE INDEX one_account_per_name ON account (lower(name));
CREATE INDEX account_name_search ON account USING gin (name gin_trgm_ops);
CREATE INDEX managed_account_by_name ON account (lower(name), id) WHERE managed;

CREATE TABLE person (
  id            uuid        PRIMARY KEY,
  email         text        NOT NULL,
  name          text        NOT NULL,
  site_role     text,                                       -- none for people of accounts
  password_hash text        NOT NULL DEFAULT '',            -- argon2id; empty until the invitation is accepted
  created_at    timestamptz NOT NULL,
  disabled_at   timestamptz,
  epoch         integer     NOT NULL DEFAULT 0,             -- sign-ins of an older one are over
  CONSTRAINT site_role_is_known CHECK (site_role IN ('support', 'operator')),
  CONSTRAINT person_email_is_given CHECK (email LIKE '%_@_%' AND length(email) <= 254)
);
CREATE UNIQUE INDEX one_person_per_email ON person (lower(email));

CREATE TABLE membership (
  person_id      uuid NOT NULL REFERENCES person,
  account_id     uuid NOT NULL REFERENCES account,
  publisher_role text,
  managed_role   text,
  PRIMARY KEY (person_id, account_id),
  CONSTRAINT publisher_role_is_known CHECK (publisher_role IN ('publisher', 'viewer')),
  CONSTRAINT managed_role_is_known CHECK (managed_role IN ('admin', 'viewer')),
  CONSTRAINT membership_has_a_role CHECK (publisher_role IS NOT NULL OR managed_role IS NOT NULL)
);
CREATE INDEX membership_of_account ON membership (account_id, person_id);

-- One-time links: the set-up of the first operator (no person yet), invitations, new passwords, the demo's sign-ins.
CREATE TABLE sign_in_link (
  token_hash bytea       PRIMARY KEY,                       -- sha256 of the secret in the URL
  purpose    text        NOT NULL,
  person_id  uuid        REFERENCES person,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  CONSTRAINT link_purpose_is_known CHECK (purpose IN ('setup', 'invite', 'password', 'demo')),
  CONSTRAINT only_setup_has_no_person CHECK ((person_id IS NULL) = (purpose = 'setup'))
);
CREATE INDEX sign_in_link_of_person ON sign_in_link (person_id);

CREATE TABLE sign_in_failure (
  id      uuid        PRIMARY KEY,
  at      timestamptz NOT NULL,
  email   text        NOT NULL,                             -- lower case, as typed
  address text        NOT NULL
);
CREATE INDEX sign_in_failure_by_email ON sign_in_failure (email, at);
CREATE INDEX sign_in_failure_by_address ON sign_in_failure (address, at);
CREATE INDEX sign_in_failure_by_age ON sign_in_failure (at);

CREATE TABLE api_token (
  id           uuid        PRIMARY KEY,
  token_hash   bytea       NOT NULL UNIQUE,
  person_id    uuid        NOT NULL REFERENCES person,
  account_id   uuid        REFERENCES account,              -- none: the site, for support and operators
  name         text        NOT NULL,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at   timestamptz
);
CREATE INDEX api_token_of_person ON api_token (person_id, id);

-- Browser sessions (scs); the token column holds a hash.
CREATE TABLE sessions (
  token  text        PRIMARY KEY,
  data   bytea       NOT NULL,
  expiry timestamptz NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expiry);
