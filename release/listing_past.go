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
