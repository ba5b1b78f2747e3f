package release

import "time"

// Attachment is one installed instance of a pack in a managed account. What it runs is derived: the pending release
// if it has opted in to it, else the pack's current release.
type Attachment struct {
	ID          ID // tells AttachedAt, to the millisecond
	Pack        ID
	Account     ID
	Multiple    bool
	Name        string
	Environment string
	AttachedAt  time.Time
	AttachedBy  ID
	DetachedAt  *time.Time
	DetachedBy  ID
}

// OptIn is a managed account's decision to run the pending release on one attachment during the testing period (R27).
type OptIn struct {
	Attachment ID
	Pack       ID
	Release    ID
	Began      time.Time
	Ended      *time.Time // undone or detached; a testing period that ends leaves it as it is
	By         ID
	EndedBy    ID
	Reason     string // of the support user who acted for the account
}

// Install is what an account's admin gives to attach a pack.
type Install struct {
	Pack        ID
	Name        string // empty for a single-attachment pack: the pack's name
	Environment string
}

// Group is a publisher's list of managed accounts.
type Group struct {
	ID        ID
	Publisher ID
	Name      string
	Everyone  bool // R25: built in, holds every managed account
	CreatedAt time.Time
}

// EveryoneName is the name of the built-in group (R25).
const EveryoneName = "All accounts"
