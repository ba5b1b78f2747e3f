-- What the application may do: read and write its tables, but only add to the audit. Later migrations inherit the default.
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT USAGE ON SCHEMA public TO packtide_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO packtide_app;
    REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM packtide_app;
    REVOKE UPDATE, DELETE, TRUNCATE ON audit_event FROM packtide_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO packtide_app;
  END IF;
END $$;
