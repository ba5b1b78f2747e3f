-- Packs and their releases. What an install base runs is derived from these rows and the opt-ins, never stored.
CREATE TABLE pack (
  id                 uuid        PRIMARY KEY,
  publisher_id       uuid        NOT NULL REFERENCES account,
  name               text        NOT NULL,
  description        text        NOT NULL DEFAULT '',
  multiple           boolean     NOT NULL,                  -- R6: final
  installation_guide text        NOT NULL DEFAULT '',
  user_guide         text        NOT NULL DEFAULT '',
  support_contact    text        NOT NULL DEFAULT '',
  created_at         timestamptz NOT NULL,
  deleted_at         timestamptz,
  UNIQUE (id, multiple),
  UNIQUE (id, publisher_id),
  CONSTRAINT pack_name_is_given CHECK (btrim(name) <> '' AND length(name) <= 150),
  CONSTRAINT pack_description_is_short CHECK (length(description) <= 500) -- R7
);
CREATE UNIQUE INDEX one_pack_per_name ON pack (publisher_id, lower(name)) WHERE deleted_at IS NULL;
CREATE INDEX pack_of_publisher ON pack (publisher_id, id);
CREATE INDEX pack_name_search ON pack USING gin (name gin_trgm_ops);

CREATE TABLE release (
  id            uuid        PRIMARY KEY,
  pack_id       uuid        NOT NULL REFERENCES pack,
  number        int         NOT NULL,                       -- counts the pack's releases from 1
  major         int,                                        -- a draft may have no version yet
  minor         int,
  patch         int,
  state         text        NOT NULL,
  notes         text        NOT NULL DEFAULT '',
  revision      int         NOT NULL DEFAULT 1,             -- counts the edits of a draft: a stale form is refused
  plan          text,                                       -- a draft's choice so far
  due_on        date,
  zone          text,
  due_at        timestamptz,
  testing_since timestamptz,
  testing_until timestamptz,
  released_at   timestamptz,
  ended_at      timestamptz,
  late          boolean     NOT NULL DEFAULT false,         -- R18
  reason        text        NOT NULL DEFAULT '',            -- of the last reschedule or the withdrawal
  created_at    timestamptz NOT NULL,
  created_by    uuid        NOT NULL REFERENCES person,
  decided_by    uuid        REFERENCES person,              -- who scheduled it or released it at once
  UNIQUE (id, pack_id),
  UNIQUE (pack_id, number),
  CONSTRAINT release_state_is_known CHECK (state IN ('draft', 'pending', 'released', 'withdrawn', 'superseded')),
  CONSTRAINT release_plan_is_known CHECK (plan IN ('immediate', 'scheduled')),
  CONSTRAINT release_version_is_whole CHECK (num_nulls(major, minor, patch) IN (0, 3) AND major >= 0 AND minor >= 0 AND patch >= 0),
  CONSTRAINT decided_release_has_version CHECK (state = 'draft' OR (major IS NOT NULL AND decided_by IS NOT NULL)),
  CONSTRAINT pending_release_has_instant CHECK (state <> 'pending' OR (due_on IS NOT NULL AND zone IS NOT NULL AND due_at IS NOT NULL AND testing_since IS NOT NULL)),
  CONSTRAINT testing_ends_with_pending CHECK ((testing_since IS NOT NULL AND testing_until IS NULL) = (state = 'pending')),
  CONSTRAINT testing_ends_after_it_began CHECK (testing_until >= testing_since),
  CONSTRAINT released_release_has_instant CHECK ((released_at IS NOT NULL) = (state = 'released')),
  CONSTRAINT only_released_release_ends CHECK (ended_at IS NULL OR (state = 'released' AND ended_at >= released_at)),
  CONSTRAINT ended_testing_was_pending CHECK (state NOT IN ('withdrawn', 'superseded') OR testing_since IS NOT NULL)
);
CREATE UNIQUE INDEX one_draft_release_per_pack   ON release (pack_id) WHERE state = 'draft';                          -- R14
CREATE UNIQUE INDEX one_pending_release_per_pack ON release (pack_id) WHERE state = 'pending';                        -- R14
CREATE UNIQUE INDEX one_current_release_per_pack ON release (pack_id) WHERE state = 'released' AND ended_at IS NULL;
CREATE UNIQUE INDEX one_release_per_version      ON release (pack_id, major, minor, patch) WHERE state <> 'draft';    -- R1, R23
CREATE INDEX due_releases ON release (due_at, id) WHERE state = 'pending';                                            -- R18

CREATE TABLE release_content (
  release_id uuid NOT NULL REFERENCES release ON DELETE CASCADE,
  package_id uuid NOT NULL REFERENCES package,
  version_id uuid NOT NULL,
  PRIMARY KEY (release_id, package_id),                     -- exactly one version for each package
  FOREIGN KEY (version_id, package_id) REFERENCES package_version (id, package_id)
);
CREATE INDEX release_content_of_version ON release_content (version_id);
CREATE INDEX release_content_of_package ON release_content (package_id);

-- R13: a released release is never edited; the end of its reign is the one thing that can be noted, once.
CREATE FUNCTION refuse_change_of_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'draft' THEN RETURN OLD; END IF;
  ELSIF OLD.state IN ('draft', 'pending') THEN
    RETURN NEW;
  ELSIF OLD.state = 'released' AND OLD.ended_at IS NULL
     AND to_jsonb(NEW) - 'ended_at' = to_jsonb(OLD) - 'ended_at' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a decided release is never edited' USING ERRCODE = 'check_violation', CONSTRAINT = 'decided_release_is_immutable';
END $$;
CREATE TRIGGER decided_release_is_immutable BEFORE UPDATE OR DELETE ON release
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_release();

CREATE FUNCTION refuse_change_of_content() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_release uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.release_id ELSE NEW.release_id END;
BEGIN
  -- A draft that is deleted takes its contents along: then its row is already gone.
  IF EXISTS (SELECT FROM release WHERE id = of_release AND state <> 'draft') THEN
    RAISE EXCEPTION 'the contents of a decided release are never edited' USING ERRCODE = 'check_violation', CONSTRAINT = 'decided_release_is_immutable';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER decided_content_is_immutable BEFORE INSERT OR UPDATE OR DELETE ON release_content
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_content();

CREATE TABLE account_group (
  id           uuid        PRIMARY KEY,
  publisher_id uuid        NOT NULL REFERENCES account,
  name         text        NOT NULL,
  everyone     boolean     NOT NULL DEFAULT false,          -- R25: the built-in group "All accounts"
  created_at   timestamptz NOT NULL,
  UNIQUE (id, publisher_id),
  CONSTRAINT group_name_is_given CHECK (btrim(name) <> '' AND length(name) <= 150)
);
CREATE UNIQUE INDEX one_group_per_name ON account_group (publisher_id, lower(name));
CREATE UNIQUE INDEX one_group_of_all_accounts ON account_group (publisher_id) WHERE everyone;

CREATE TABLE group_member (
  group_id   uuid        NOT NULL REFERENCES account_group ON DELETE CASCADE,
  account_id uuid        NOT NULL REFERENCES account,
  added_at   timestamptz NOT NULL,
  PRIMARY KEY (account_id, group_id)
);
CREATE INDEX group_member_of_group ON group_member (group_id, account_id);

-- A pack is put only into groups of its own publisher.
CREATE TABLE group_pack (
  group_id     uuid        NOT NULL,
  pack_id      uuid        NOT NULL,
  publisher_id uuid        NOT NULL,
  added_at     timestamptz NOT NULL,
  PRIMARY KEY (pack_id, group_id),
  FOREIGN KEY (group_id, publisher_id) REFERENCES account_group (id, publisher_id) ON DELETE CASCADE,
  FOREIGN KEY (pack_id, publisher_id) REFERENCES pack (id, publisher_id)
);
CREATE INDEX group_pack_of_group ON group_pack (group_id, pack_id);
