package view

import "packtide/release"

// WaysOut say beforehand what each decision on a release in testing does, to whom, and whether it can be undone. The board and
// the pages of the decisions say it in the same words.
type WaysOut struct {
	Release release.ReleaseView
	Impact  release.Impact
}

func (w WaysOut) label() string { return ReleaseLabel(&w.Release.ReleaseRef) }

func (w WaysOut) current() string { return ReleaseLabel(w.Release.Base) }

func (w WaysOut) first() bool { return w.Release.Base == nil }

func (w WaysOut) tried() int { return int(w.Impact.OptIns) }

func (w WaysOut) waiting() int { return int(max(0, w.Impact.Attachments-w.Impact.OptIns)) }

// triers is the subject of those that try the release: "41 attachments that try 2.1.0".
func (w WaysOut) triers() string {
	return Counted(w.tried(), "attachment") + " that " + Plural(w.tried(), "tries/try") + " " + w.label()
}

// stay is what the others do.
func (w WaysOut) stay() string {
	if w.waiting() == 0 {
		return ""
	}
	return Number(w.waiting()) + " " + Plural(w.waiting(), "stays/stay") + " on " + w.current()
}

// told is who hears of it.
func (w WaysOut) told() string {
	if w.Impact.Accounts == 0 {
		return "No account has the pack installed, so nobody has to be told."
	}
	return Amount(w.Impact.Accounts, "account") + " " + Plural(int(w.Impact.Accounts), "is/are") + " told."
}

// Fix is what a release at once does.
func (w WaysOut) Fix() string {
	if w.first() {
		return "The fix becomes the first release the moment you release it: accounts can install it at once. The testing period of " + w.label() +
			" ends, and it never applies. This can't be undone."
	}
	text := "The moment you release it, " + Plural(int(w.Impact.Attachments), "the/all") + " " + Amount(w.Impact.Attachments, "attachment") + " in " + Amount(w.Impact.Accounts, "account") + " " +
		Plural(int(w.Impact.Attachments), "runs/run") + " the fix"
	if w.tried() > 0 {
		text += ", also the " + w.triers() + " now"
	}
	return text + ". The testing period of " + w.label() + " ends, and it never applies. " + w.told() +
		" This can't be undone; an older release can be brought back with a new one."
}

// Move is what another date does.
func (w WaysOut) Move() string {
	if w.first() {
		return w.label() + " can be installed from the new date on. " + w.told() + " You can move it again."
	}
	text := ""
	switch {
	case w.tried() == 0:
		text = "All attachments stay on " + w.current() + " until the new date, and can try " + w.label() + " until then. "
	case w.waiting() == 0:
		text = "The " + w.triers() + " " + Plural(w.tried(), "goes/go") + " on doing so. "
	default:
		text = "The " + w.triers() + " " + Plural(w.tried(), "goes/go") + " on doing so; " + w.stay() + " until the new date. "
	}
	return text + w.told() + " You can move it again."
}

// Back is what a withdrawal does.
func (w WaysOut) Back() string {
	const after = " It does not apply on its date, and can't be scheduled again; one click prepares its contents for a new release."
	if w.first() {
		return "It is the first release of " + w.Release.PackName + ", and nobody has it installed yet." + after
	}
	text := ""
	switch {
	case w.tried() == 0:
		text = "No attachment tries it. All run " + w.current() + ", and go on doing so. "
	case w.waiting() == 0:
		text = "The " + w.triers() + " " + Plural(w.tried(), "goes/go") + " back to " + w.current() + " at once. "
	default:
		text = "The " + w.triers() + " " + Plural(w.tried(), "goes/go") + " back to " + w.current() + " at once; " + w.stay() + ". "
	}
	return text + w.told() + " This can't be undone." + after
}
