-- What is counted is of a release, which tells the pack. A reference to the pack itself would make each new count wait for whoever
-- decides about the pack, while that one may wait for the attachment of which is reported: they would wait for each other.
ALTER TABLE observed_count
  DROP CONSTRAINT observed_count_pack_id_fkey,
  DROP CONSTRAINT observed_count_release_id_fkey,
  ADD FOREIGN KEY (release_id, pack_id) REFERENCES release (id, pack_id);
