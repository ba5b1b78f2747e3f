package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"packtide/packfile"
	"packtide/release"
)

// TestSettingsByProgram: an account reads what it has settled, a publisher changes it, and who looks on does not.
func TestSettingsByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	var now settings
	p.send(http.MethodPatch, "/settings", `{"shareable_by_default":false}`).is(http.StatusOK).into(&now)
	if now.Account != (accountRef{w.meridian.ID, w.meridian.Name, "Europe/Paris"}) || now.ShareableByDefault == nil || *now.ShareableByDefault || !strings.HasSuffix(now.ToolsURL, w.meridian.ID.String()) {
		t.Errorf("the publisher has settled %+v", now)
	}
	p.send(http.MethodPatch, "/settings", `{}`).is(http.StatusOK).into(&now)
	if *now.ShareableByDefault {
		t.Error("what was left out has changed")
	}
	var other settings
	w.as(theManagedViewer).get("/settings").is(http.StatusOK).into(&other)
	if other.Account.ID != w.nordlys.ID || other.ShareableByDefault != nil {
		t.Errorf("an account that installs has settled %+v", other)
	}
	for _, who := range []string{thePublisherViewer, theAdmin, theSupport} {
		w.as(who).send(http.MethodPatch, "/settings", `{"shareable_by_default":true}`).problem(http.StatusForbidden)
		w.as(who).send(http.MethodPut, "/settings/checks", `{"values":{}}`).problem(http.StatusForbidden)
		w.as(who).send(http.MethodPut, "/settings/evidence", `{"items":[]}`).problem(http.StatusForbidden)
	}
	if a := must(w.db.Reader.Account(t.Context(), w.actor(theRival), w.hudson.ID))(t); a.ShareableByDefault {
		t.Error("another publisher's setting has changed")
	}
}

// TestCheckSettingsByProgram: every setting is told with its choices, and all are kept anew.
func TestCheckSettingsByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	var all items[checkSetting]
	p.get("/settings/checks").is(http.StatusOK).into(&all)
	n := 0
	for _, platform := range packfile.Settings() {
		n += len(platform.Settings)
	}
	chosen := slices.IndexFunc(all.Items, func(s checkSetting) bool { return len(s.Choices) > 1 })
	if len(all.Items) != n || chosen < 0 {
		t.Fatalf("%d settings of %d are told: %+v", len(all.Items), n, all.Items)
	}
	key, value := all.Items[chosen].Key, all.Items[chosen].Choices[1].Value
	p.send(http.MethodPut, "/settings/checks", fields{"values": fields{key: value}}).is(http.StatusOK).into(&all)
	if all.Items[chosen].Value != value {
		t.Errorf("%s is %q, want %q", key, all.Items[chosen].Value, value)
	}
	if a := must(w.db.Reader.Account(t.Context(), w.actor(thePublisher), w.meridian.ID))(t); a.CheckSettings[key] != value {
		t.Errorf("kept are %v", a.CheckSettings)
	}
	for body, field := range map[string]string{
		`{"values":{"no/such":"x"}}`: "/values/no~1such", `{"values":{"` + key + `":"no such"}}`: "/values/" + key, `{}`: "/values", `{"values":[]}`: "/values",
	} {
		if told := p.send(http.MethodPut, "/settings/checks", body).problem(http.StatusUnprocessableEntity); told.Field != field {
			t.Errorf("%s is refused at %q: %s", body, told.Field, told.Detail)
		}
	}
	p.send(http.MethodPut, "/settings/checks", `{"values":{}}`).is(http.StatusOK).into(&all)
	if all.Items[chosen].Value != "" {
		t.Errorf("left out, it is %q still", all.Items[chosen].Value)
	}
}

// TestEvidenceSettingsByProgram: the list that is given is the checklist from then on (R35).
func TestEvidenceSettingsByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	var all items[evidenceItem]
	p.get("/settings/evidence").is(http.StatusOK).into(&all)
	if len(all.Items) < 2 {
		t.Fatalf("begins with %+v", all.Items)
	}
	first, second := all.Items[0], all.Items[1]
	put := func(items ...fields) response {
		return p.send(http.MethodPut, "/settings/evidence", fields{"items": items})
	}
	put(fields{"label": "New", "demanded": true}, fields{"id": second.ID, "label": "Renamed"}, fields{"id": nil, "label": "Newer"}).is(http.StatusOK).into(&all)
	if len(all.Items) != 3 || all.Items[0].Label != "New" || !all.Items[0].Demanded || all.Items[1].ID != second.ID || all.Items[1].Label != "Renamed" || all.Items[2].Label != "Newer" {
		t.Errorf("the list is %+v", all.Items)
	}
	var again items[evidenceItem]
	put(fields{"label": "new", "demanded": true}, fields{"label": "Renamed"}, fields{"label": "Newer"}).is(http.StatusOK).into(&again)
	if !slices.Equal(eachOf(again.Items, func(i evidenceItem) release.ID { return i.ID }), eachOf(all.Items, func(i evidenceItem) release.ID { return i.ID })) {
		t.Errorf("sent again, the list is %+v, want the items of %+v", again.Items, all.Items)
	}
	put(fields{"id": first.ID, "label": "Back"}).problem(http.StatusConflict) // offered no more
	theirs := must(w.db.Reader.EvidenceItems(t.Context(), w.actor(theRival), w.hudson.ID))(t)
	put(fields{"id": theirs[0].ID, "label": "Mine"}).problem(http.StatusNotFound)
	for _, refused := range []struct {
		items []fields
		field string
	}{
		{[]fields{{"label": "One"}, {"id": second.ID, "label": ""}}, "/items/1/label"},
		{[]fields{{"id": second.ID, "label": "One"}, {"label": " "}}, "/items/1/label"},
		{[]fields{{"label": "One"}, {"label": "one"}}, "/items"},
		{[]fields{{"id": second.ID, "label": "One"}, {"id": second.ID, "label": "Two"}}, "/items/1/id"},
		{slices.Repeat([]fields{{"label": "Same"}}, 21), "/items"},
	} {
		if told := put(refused.items...).problem(http.StatusUnprocessableEntity); told.Field != refused.field {
			t.Errorf("%v is refused at %q: %s", refused.items, told.Field, told.Detail)
		}
	}
	if told := p.send(http.MethodPut, "/settings/evidence", `{}`).problem(http.StatusUnprocessableEntity); told.Field != "/items" {
		t.Errorf("no list is refused at %q", told.Field)
	}
	p.send(http.MethodPut, "/settings/evidence", `{"items":[]}`).is(http.StatusOK).into(&all)
	if len(all.Items) != 0 {
		t.Errorf("an empty list leaves %+v", all.Items)
	}
	if events := must(w.db.Reader.Events(t.Context(), w.actor(thePublisher), release.EventFilter{Actions: []string{release.ActEvidenceItems}}))(t); len(events) == 0 || events[0].Source != release.FromAPI {
		t.Errorf("the audit tells %+v", events)
	}
}

// TestEvidenceSettingsAtOnce: of lists that are sent at once, one is the checklist in the end, and never a mixture of two.
func TestEvidenceSettingsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	var group sync.WaitGroup
	statuses := make([]int, 8)
	for i := range statuses {
		r := p.request(http.MethodPut, "/settings/evidence", fields{"items": []fields{{"label": fmt.Sprintf("First of %d", i)}, {"label": fmt.Sprintf("Last of %d", i)}}})
		group.Go(func() {
			got, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			defer got.Body.Close()
			statuses[i] = got.StatusCode
		})
	}
	group.Wait()
	if !slices.Contains(statuses, http.StatusOK) || slices.ContainsFunc(statuses, func(s int) bool { return s != http.StatusOK && s != http.StatusConflict }) {
		t.Errorf("answered are %d", statuses)
	}
	kept := must(w.db.Reader.EvidenceItems(t.Context(), w.actor(thePublisher), w.meridian.ID))(t)
	if len(kept) != 2 || strings.TrimPrefix(kept[0].Label, "First") != strings.TrimPrefix(kept[1].Label, "Last") {
		t.Errorf("the checklist is %+v", kept)
	}
}
