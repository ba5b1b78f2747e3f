package release

// What the accounts say of releases in testing, as pages show it: made by store.Reader, like the rows of listing.go.

// FeedbackRow is one feedback with the names around it (R31).
type FeedbackRow struct {
	Feedback
	AccountName    string
	AccountZone    string
	AttachmentName string
	PackName       string
	ByName         string
	Release        ReleaseRef
	FileName       string           // empty: no file
	Answers        []FeedbackAnswer // oldest first
	Newest         bool             // of this attachment on this release: its verdict counts
}

// FeedbackFilter narrows feedback; zero fields do not narrow.
type FeedbackFilter struct {
	Release    ID
	Pack       ID
	Account    ID
	Attachment ID
	Verdict    Verdict
	Before     ID // page key: feedback with smaller ids; zero: the newest
	Limit      int
}

// FeedbackCounts sums the feedback on one release up.
type FeedbackCounts struct {
	Works       int64 // attachments, by their newest verdict
	Blocked     int64
	Attachments int64 // that have said anything
	All         int64 // feedback, earlier verdicts too
	Unanswered  int64 // attachments that are blocked and whose newest feedback has no answer yet
}

// TestingCounts is how far a testing period got: as of now while the release is pending, else as of its end.
type TestingCounts struct {
	Attachments int64 // of the pack
	Tried       int64 // of them that try the release, or did when it ended
	Accounts    int64 // with attachments of the pack; 0 once the testing period is over
	Looked      int64 // of these accounts that have opened what the release brings; once it is over, all that ever had
}

// NotLooked is a page of accounts that have the pack attached and have not opened what its pending release brings.
type NotLooked struct {
	Rows []AccountRow // by name; Attachments counts those of the pack
	Next *AccountRow  // the key of the next page; nil: there is none
}
