package release

// RehearsalFilter narrows the attachments that a release of the pack would reach; zero fields do not narrow.
type RehearsalFilter struct {
	Pack   ID
	Trial  ID     // the release in testing that some of them run
	Tries  *bool  // only those who try it, or only the others
	Query  string // in attachment or account names
	Before ID     // page key: rows with smaller ids; zero: the newest
	Limit  int
}

// RehearsalRow is one live attachment of the pack as a rehearsal lists it; all else follows from Rehearsal.MoveOf.
type RehearsalRow struct {
	ID          ID
	Name        string
	Environment string
	Account     ID
	AccountName string
	AccountZone string
	Tries       bool
	Outside     bool // its account is in no group of the pack (R30)
}
