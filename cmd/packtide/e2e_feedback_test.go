package main

import (
	"testing"
	"time"

	"packtide/release"
)

// TestFeedbackAppears on the board of a publisher who is writing an answer: no page is loaded, and what was typed stays. // R31
func TestFeedbackAppears(t *testing.T) {
	t.Parallel()
	browser := newBrowser(t, 2*time.Minute)
	s := worldSite(t)
	support := release.Actor{Site: release.RoleSupport}
	said, err := s.reader.Feedback(t.Context(), support, release.FeedbackFilter{Limit: 1})
	if err != nil || len(said) == 0 {
		t.Fatalf("the demo's accounts say nothing: %v", err)
	}
	b := open(browser, t, "publisher", s.baseURL, "Europe/Berlin")
	report := kitComplaints(b.ctx, t)
	b.visit(signInLink(t, s, "camille@meridian.example"))
	b.visit("/releases/" + said[0].Release.ID.String() + "/testing")
	before := eval[int](b, `document.querySelector(".feedback details").open = true, document.querySelector(".feedback textarea").value = "half an answer",
		document.querySelectorAll(".feedback").length`)

	admin, err := s.reader.Actor(t.Context(), said[0].By, said[0].Account)
	if err != nil {
		t.Fatal(err)
	}
	admin.Source = release.FromUI
	give := func(text string) {
		err := s.service.GiveFeedback(t.Context(), admin, said[0].Attachment, said[0].Release.ID, release.VerdictWorks, text, nil)
		if err != nil {
			t.Fatal(err)
		}
		// It is the same question that the page asks every 15 seconds.
		eval[bool](b, `htmx.trigger(document.querySelector("#feedback-news"), "every"), true`)
		b.sees(text)
	}
	give("A first word while you look.")
	give("And a second one.")
	if got := eval[int](b, `document.querySelectorAll(".feedback").length`); got != before+2 {
		t.Errorf("%d feedbacks stand there, want %d", got, before+2)
	}
	if first := eval[string](b, `document.querySelector(".feedback .notes").innerText`); first != "And a second one." {
		t.Errorf("on top stands %q", first)
	}
	if typed := eval[string](b, `[...document.querySelectorAll(".feedback textarea")].map(t => t.value).join("")`); typed != "half an answer" {
		t.Errorf("what was typed is %q now", typed)
	}
	if n := eval[int](b, `document.querySelectorAll("#feedback-news, #feedback-counts").length`); n != 2 {
		t.Errorf("%d parts that ask and count, want one of each", n)
	}
	report()
}
