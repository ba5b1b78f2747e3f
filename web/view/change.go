package view

// ChangeKind is what happens to a package between two releases.
type ChangeKind string

// The kinds of change.
const (
	ChangeNone      ChangeKind = "none"
	ChangeAdded     ChangeKind = "added"
	ChangeRemoved   ChangeKind = "removed"
	ChangeMajor     ChangeKind = "major"
	ChangeMinor     ChangeKind = "minor"
	ChangeRelease   ChangeKind = "release"
	ChangeDowngrade ChangeKind = "downgrade"
)

// Word is the change in the user's words.
func (k ChangeKind) Word() string {
	switch k {
	case ChangeNone:
		return "unchanged"
	case ChangeAdded:
		return "added"
	case ChangeRemoved:
		return "removed"
	case ChangeMajor:
		return "major upgrade"
	case ChangeMinor:
		return "minor upgrade"
	case ChangeRelease:
		return "small upgrade"
	case ChangeDowngrade:
		return "downgrade"
	default:
		return string(k)
	}
}

func (k ChangeKind) icon() string {
	switch k {
	case ChangeAdded:
		return "plus"
	case ChangeRemoved:
		return "trash-2"
	case ChangeDowngrade:
		return "arrow-down"
	case ChangeMajor, ChangeMinor, ChangeRelease:
		return "arrow-up"
	default:
		return "equal"
	}
}
