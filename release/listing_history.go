package release

import "time"

// What was, as pages and exports show it: made by store.Reader, like the rows of listing.go.

// HistoryHow tells how an attachment came to run a release (R32).
type HistoryHow string

// The ways.
const (
	HowInstalled HistoryHow = "installed"
	HowOptedIn   HistoryHow = "opted in"
	HowMidnight  HistoryHow = "automatic at midnight"
	HowImmediate HistoryHow = "immediate"
	HowUndone    HistoryHow = "undone"    // went back during the testing period
	HowWithdrawn HistoryHow = "withdrawn" // the release that it tried was taken back
	HowDetached  HistoryHow = "uninstalled"
)

// HistoryRow is one stretch of time in which an attachment ran one release (R32). The last row of an uninstalled attachment
// has no release.
type HistoryRow struct {
	Since   time.Time
	Until   *time.Time // nil: still
	Release *ReleaseRef
	How     HistoryHow
	By      string // empty: the clock
	Reason  string
	Late    bool // R18
}

// EventFilter narrows the audit; zero fields do not narrow.
type EventFilter struct {
	Subject   ID
	Publisher ID
	Account   ID
	Pack      ID
	Actor     ID
	Actions   []string // any of these
	Source    Source
	From      *time.Time
	To        *time.Time
	Before    ID // page key: events with smaller ids; zero: the newest
	Limit     int
}

// EventRow is one audit event as pages and exports show it.
type EventRow struct {
	ID            ID
	At            time.Time
	ActorID       *ID
	ActorName     string
	Source        Source
	Action        string
	Subject       ID
	SubjectName   string
	PublisherID   *ID
	PublisherName string
	AccountID     *ID
	AccountName   string
	PackID        *ID
	PackName      string
	Reason        string
	Before        map[string]any
	After         map[string]any
	Zone          string // of the publisher, else of the account; empty for what is neither's
	RequestID     string
}
