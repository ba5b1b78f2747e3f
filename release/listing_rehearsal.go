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

// RehearsalRuns tells attachments by what they run now.
type RehearsalRuns string

// The two that there can be.
const (
	RehearsalRunsCurrent RehearsalRuns = "current" // the current release
	RehearsalRunsTrial   RehearsalRuns = "trying"  // the release in testing
)

// Narrow is the filter for those who run the one release and to whom this happens, each empty for any, and how many they
// are. It is false when nobody is among them.
func (r Rehearsal) Narrow(runs RehearsalRuns, does RehearsalKind) (f RehearsalFilter, count int64, some bool) {
	f = RehearsalFilter{Pack: r.Next.PackID, Trial: r.TrialID}
	kinds, fitting := 0, 0
	for _, m := range r.Moves {
		if m.From == nil {
			continue
		}
		kinds++
		if (runs != "" && m.Tries != (runs == RehearsalRunsTrial)) || (does != "" && m.Kind != does) {
			continue
		}
		fitting++
		count += m.Count
		f.Tries = &m.Tries
	}
	if fitting == kinds {
		f.Tries = nil
	}
	return f, count, fitting > 0
}
