package api

import (
	"net/http"
	"testing"
)

// A release with versions: none holds what its contents name and nothing else, whatever the draft of the pack holds (R8): a
// program that has shown what is to be released can't release anything other than that.
func TestReleaseOfNothingButItsContents(t *testing.T) {
	t.Parallel()
	k := &walk{world: newWorld(t)}
	k.settleStage()
	s := k.stage()
	by := k.as(thePublisher)
	mail, chat := s.first.Package.String(), s.other.Package.String()
	by.send(http.MethodPut, "/packs/"+s.pack.String()+"/packages/"+chat, nil).is(http.StatusOK) // in the draft
	exactly := fields{"schedule": "immediate", "versions": "none", "contents": fields{mail: "1.1.0"}}
	var made releaseWhole
	by.send(http.MethodPost, "/packs/"+s.pack.String()+"/releases", exactly).is(http.StatusCreated).into(&made)
	if len(made.Contents) != 1 || made.Contents[0].PackageID != s.first.Package || made.Contents[0].To == nil || made.Contents[0].To.ID != s.second.ID {
		t.Errorf("it holds %+v, want Mail 1.1.0 alone", made.Contents)
	}

	draft := s.draft()
	exactly = fields{"revision": 2, "versions": "none", "contents": fields{chat: "1.0.0"}}
	by.send(http.MethodPatch, "/releases/"+draft.String(), exactly).is(http.StatusOK).into(&made)
	for _, one := range made.Contents {
		if holds := one.To != nil; holds != (one.PackageID == s.other.Package) {
			t.Errorf("the draft holds %+v, want Chat alone", made.Contents)
		}
	}
	by.send(http.MethodPost, "/packs/"+s.pack.String()+"/releases", fields{"schedule": "immediate", "versions": "all"}).problem(http.StatusUnprocessableEntity)
}
