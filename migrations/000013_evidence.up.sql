-- R35: what a publisher asks itself before it decides a release, and what was answered for each one.
CREATE TABLE evidence_item (
  id           uuid        PRIMARY KEY,
  publisher_id uuid        NOT NULL REFERENCES account,
  label        text        NOT NULL,
  demanded     boolean     NOT NULL DEFAULT false,          -- a release is not decided without it
  position     int         NOT NULL,
  retired_at   timestamptz,                                 -- not offered any more; what was given stays
  CONSTRAINT evidence_label_is_given CHECK (btrim(label) <> '' AND length(label) <= 120)
);
CREATE INDEX evidence_item_of_publisher ON evidence_item (publisher_id, position);

CREATE TABLE evidence (
  id         uuid        PRIMARY KEY,
  release_id uuid        NOT NULL REFERENCES release ON DELETE CASCADE,
  item_id    uuid        NOT NULL REFERENCES evidence_item,
  label      text        NOT NULL,                          -- of the item, as it was then
  note       text        NOT NULL DEFAULT '',
  link       text        NOT NULL DEFAULT '',
  file_id    uuid        UNIQUE REFERENCES file,
  given_at   timestamptz NOT NULL,
  given_by   uuid        NOT NULL REFERENCES person,
  CONSTRAINT evidence_is_given_once UNIQUE (release_id, item_id),
  CONSTRAINT evidence_note_fits CHECK (length(note) <= 2000),
  CONSTRAINT evidence_link_is_https CHECK (link = '' OR (link LIKE 'https://_%' AND length(link) <= 2000))
);
CREATE INDEX evidence_of_item ON evidence (item_id);

CREATE FUNCTION refuse_change_of_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_release uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.release_id ELSE NEW.release_id END;
BEGIN
  -- A draft that is deleted takes its evidence along: then its row is already gone.
  IF TG_OP = 'UPDATE' OR EXISTS (SELECT FROM release WHERE id = of_release AND state <> 'draft') THEN
    RAISE EXCEPTION 'the evidence of a decided release is never edited' USING ERRCODE = 'check_violation', CONSTRAINT = 'decided_evidence_is_immutable';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER decided_evidence_is_immutable BEFORE INSERT OR UPDATE OR DELETE ON evidence
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_evidence();

-- Publishers that are there begin as new ones do: four items, none demanded.
INSERT INTO evidence_item (id, publisher_id, label, position)
SELECT gen_random_uuid(), a.id, i.label, i.position
  FROM account a
 CROSS JOIN (VALUES ('Regression test done', 1), ('Impact assessed', 2), ('Guides updated', 3), ('Support contact checked', 4)) i (label, position)
 WHERE a.publisher;

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT, UPDATE ON evidence_item TO packtide_app;
    GRANT SELECT, INSERT, DELETE ON evidence TO packtide_app; -- where another login migrates than the one whose defaults were set
  END IF;
END $$;
