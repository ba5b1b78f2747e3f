package api

import "packtide/release"

// seenPack is what a program had seen of a pack when it worked out a release, in the words of GET /packs/{pack_id}.
type seenPack struct {
	DraftID       *release.ID `json:"draft_id"`
	DraftRevision *int        `json:"draft_revision"`
	PendingID     *release.ID `json:"pending_id"`
	CurrentID     *release.ID `json:"current_id"`
}

// seen is the pack that the release is worked out from, to be compared once more under the pack's lock (R14): as the program
// has seen it where it says so, which is refused at once if the pack is not like that any more; else as it was read for this
// request. Nil: the request alone says what the release holds, and what the pack holds by then does not count.
func (in newRelease) seen(pack release.PackView) (*release.Seen, error) {
	switch {
	case in.Seen != nil:
		seen, err := in.Seen.read()
		if err != nil {
			return nil, err
		}
		return &seen, seen.Same(pack.Seen())
	case in.Versions == "none", in.From != nil:
		return nil, nil //nolint:nilnil // as said above
	default:
		return new(pack.Seen()), nil
	}
}

func (p seenPack) read() (release.Seen, error) {
	var seen release.Seen
	switch {
	case p.DraftID != nil && p.DraftRevision == nil:
		return seen, onField("/seen/draft_revision", "Give the revision of the draft as you have read it.")
	case p.DraftID == nil && p.DraftRevision != nil:
		return seen, onField("/seen/draft_id", "Give the draft that has this revision, or leave both out.")
	case p.DraftID != nil:
		seen.Draft, seen.Revision = *p.DraftID, *p.DraftRevision
	}
	if p.PendingID != nil {
		seen.Pending = *p.PendingID
	}
	if p.CurrentID != nil {
		seen.Current = *p.CurrentID
	}
	return seen, nil
}
