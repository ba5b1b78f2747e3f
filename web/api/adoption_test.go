package api

import (
	"net/http"
	"testing"
	"time"

	"packtide/release"
)

// TestAdoptionByProgram: the days of an install base, and who has not looked at what is in testing, page by page.
func TestAdoptionByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.uploadFiles("Mail", "1.0.0", map[string]string{"a.txt": "1"}), w.uploadFiles("Mail", "1.1.0", map[string]string{"a.txt": "2"})
	pack, made := w.released("Mail", first)
	for _, who := range []string{theAdmin, theOtherAdmin} {
		must(w.service.InstallPack(t.Context(), w.actor(who), release.Install{Pack: pack}))(t)
	}
	w.done(w.service.RecordDays(t.Context(), w.clock.Now()))
	w.clock.advance(24 * time.Hour)
	p := w.as(thePublisher)
	var curve adoptionCurve
	p.get("/packs/" + pack.String() + "/adoption").is(http.StatusOK).into(&curve)
	last := len(curve.Days) - 1
	if last < 0 || curve.Days[last].Attachments != 2 || !curve.Days[last].At.Equal(w.clock.Now()) || len(curve.Releases) != 1 || curve.Releases[0].ID != made[0] {
		t.Errorf("the curve is %+v", curve)
	}
	var short adoptionCurve
	p.get("/packs/" + pack.String() + "/adoption?since=" + w.clock.Now().Format(time.RFC3339)).is(http.StatusOK).into(&short)
	if len(short.Days) != 1 {
		t.Errorf("since now: %+v", short.Days)
	}
	label := "1.1.0"
	testing := must(w.service.ReleaseOutright(t.Context(), w.actor(thePublisher), pack, nil, release.DraftEdit{
		Contents: release.Contents{second.Package.ID: second.ID}, Version: &label, Plan: release.Scheduled, Date: testingDate,
	}))(t)
	path := "/releases/" + testing.String() + "/testing/not-looked"
	names := func() (all []string) {
		for next := path + "?limit=1"; next != ""; {
			var page items[account]
			p.get(next).is(http.StatusOK).into(&page)
			for _, a := range page.Items {
				if all = append(all, a.Name); *a.Attachments != 1 {
					t.Errorf("%s has %d attachments", a.Name, *a.Attachments)
				}
			}
			next = ""
			if page.Next != nil {
				next = path + "?limit=1&cursor=" + *page.Next
			}
		}
		return all
	}
	if got := names(); len(got) != 2 || got[0] != w.aurora.Name || got[1] != w.nordlys.Name {
		t.Errorf("who has not looked: %q", got)
	}
	w.done(w.service.NoteLook(t.Context(), w.actor(theAdmin), testing))
	if got := names(); len(got) != 1 || got[0] != w.aurora.Name {
		t.Errorf("after a look: %q", got)
	}
	now := w.actor(theAdmin)
	mine := must(w.db.Reader.InstallBase(t.Context(), now, release.InstallBaseFilter{Account: now.Account, Limit: 1}))(t)[0]
	w.done(w.service.OptIn(t.Context(), now, mine.ID, testing, ""))
	var far testingCounts
	p.get("/releases/" + testing.String() + "/testing").is(http.StatusOK).into(&far)
	if want := (dayCount{w.clock.Now().Format(time.DateOnly), 1}); far.Tried != 1 || len(far.TriedByDay) != 1 || far.TriedByDay[0] != want || far.Looked != 1 {
		t.Errorf("the testing period got to %+v, want a day like %+v", far, want)
	}
	var holds items[group]
	p.get("/packs/" + pack.String() + "/account-groups").is(http.StatusOK).into(&holds)
	if len(holds.Items) != 1 || !holds.Items[0].Everyone {
		t.Errorf("the groups that hold it are %+v", holds)
	}
	for _, path := range []string{path, "/packs/" + pack.String() + "/account-groups", "/packs/" + pack.String() + "/adoption"} {
		w.as(theRival).get(path).problem(http.StatusNotFound)
		w.as(theAdmin).get(path).problem(http.StatusForbidden)
		w.as(theSupport).get(path).is(http.StatusOK)
	}
}
