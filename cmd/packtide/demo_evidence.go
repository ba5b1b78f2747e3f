package main

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"packtide/release"
)

// demoEvidence is what the story's people tick off before a release: the item, and what they add to it.
var demoEvidence = []struct{ item, note, link, file, content string }{
	{"Regression test done", "All 214 cases on the staging tenant; two known failures are unchanged.", "https://ci.example/runs/4711", "regression.txt", "214 cases, 212 passed, 2 known failures\n"},
	{"Impact assessed", "No new required setting. Nobody has to act before the date.", "", "", ""},
	{"Guides updated", "", "https://docs.example/changes", "", ""},
}

// demandEvidence is what a publisher settles at the beginning of the story: no release without a regression test.
func (w *world) demandEvidence(ctx context.Context, by release.Actor) error {
	items, err := w.reader.EvidenceItems(ctx, by, by.Account)
	if err != nil {
		return err
	}
	for i := range items {
		items[i].Demanded = items[i].Label == demoEvidence[0].item
	}
	return w.service.SetEvidenceItems(ctx, by, items)
}

// tickOff gives what the publisher demands of a draft, and more where the story lets people take their time.
func (w *world) tickOff(ctx context.Context, by release.Actor, draft release.ID, most int) error {
	items, err := w.reader.EvidenceItems(ctx, by, by.Account)
	if err != nil {
		return err
	}
	for _, e := range demoEvidence[:most] {
		i := slices.IndexFunc(items, func(i release.EvidenceItem) bool { return i.Label == e.item })
		if i < 0 {
			continue
		}
		n := release.NewEvidence{Item: items[i].ID, Note: e.note, Link: e.link}
		if e.file != "" {
			n.File = &release.FileUpload{
				Name: e.file, Size: int64(len(e.content)), SHA256: sha256.Sum256([]byte(e.content)), Content: strings.NewReader(e.content),
			}
		}
		w.pass(30 * time.Second)
		if err := w.service.GiveEvidence(ctx, by, draft, n); err != nil {
			return err
		}
	}
	return nil
}
