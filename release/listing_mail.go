package release

import "time"

// DeadMail is a message that was given up.
type DeadMail struct {
	ID          ID
	Person      ID
	Name        string
	Email       string
	AccountName string
	Kind        NoticeKind
	Attempts    int
	Failure     string // what the mail server said last
	EndedAt     time.Time
}
