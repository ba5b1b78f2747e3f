-- What a token may do: all that its person may, read it, or be the agent of a managed account.
ALTER TABLE api_token
  ADD COLUMN scope text NOT NULL DEFAULT 'full',
  ADD CONSTRAINT token_scope_is_known CHECK (scope IN ('full', 'read', 'agent')),
  ADD CONSTRAINT agent_token_has_an_account CHECK (scope <> 'agent' OR account_id IS NOT NULL);
