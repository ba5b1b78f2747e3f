ALTER TABLE observed_count
  DROP CONSTRAINT observed_count_release_id_pack_id_fkey,
  ADD CONSTRAINT observed_count_pack_id_fkey FOREIGN KEY (pack_id) REFERENCES pack,
  ADD CONSTRAINT observed_count_release_id_fkey FOREIGN KEY (release_id) REFERENCES release;
