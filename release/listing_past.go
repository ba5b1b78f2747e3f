package release

// The install base as it was, as pages and exports show it: made by store.Reader, like the rows of listing.go. Names of
// attachments, accounts and packs are those of today; what ran is that of the moment (R32).

// PastRow is one attachment as it was at a moment.
type PastRow struct {
	Attachment
	AccountName   string
	AccountZone   string
	PackName      string
	PublisherID   ID
	PublisherName string
	PublisherZone string
	Ran           *HistoryRow // the stretch of its history that held the moment; nil: nothing yet, in its first millisecond
	Testing       *ReleaseRef // the release that was in its testing period then
	Trying        bool        // it had opted in to Testing
}

// Release is what the attachment ran then; nil for nothing.
func (r PastRow) Release() *ReleaseRef {
	if r.Ran == nil {
		return nil
	}
	return r.Ran.Release
}

// State is where the attachment stood then: trying, waiting or, with nothing in testing, current.
func (r PastRow) State() AttachmentState {
	switch {
	case r.Trying:
		return StateTrying
	case r.Testing != nil:
		return StateWaiting
	default:
		return StateCurrent
	}
}

// PastChange is what became of an attachment between two moments.
type PastChange string

// The changes. An attachment that came and went in between was there at neither moment, and is not told of.
const (
	PastAppeared  PastChange = "appeared"  // was not installed at the earlier moment
	PastGone      PastChange = "gone"      // was uninstalled by the later one
	PastChanged   PastChange = "changed"   // ran another release
	PastUnchanged PastChange = "unchanged" // ran the same one
)

// CompareFilter narrows what changed between two moments; zero fields do not narrow. The totals know of publisher, pack and
// account alone.
type CompareFilter struct {
	Query     string // in attachment, account or pack names
	Publisher ID
	Pack      ID
	Account   ID
	Change    PastChange // zero: all but those that stayed the same
	Was, Is   ID         // the release that was run at the earlier and at the later moment
	Before    ID         // page key: rows with smaller ids; zero: the newest
	Limit     int
}

// CompareRow is one attachment that changed between two moments.
type CompareRow struct {
	PastRow             // as at the later moment; of one that was gone by then, Ran tells how it went
	Was     *HistoryRow // at the earlier moment; nil: not installed yet
	Change  PastChange
}

// CompareCell counts the attachments of a pack that changed in one way. Of changed and unchanged ones, Was and Is are what
// they ran.
type CompareCell struct {
	Pack          ID
	PackName      string
	PublisherName string
	Change        PastChange
	Was, Is       *ReleaseRef
	N             int64
}

// Comparison is what changed between two moments, in numbers.
type Comparison struct {
	Totals map[PastChange]int64
	Cells  []CompareCell // the largest first, without the unchanged
}
