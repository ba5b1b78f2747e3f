package main

import (
	"context"
	"crypto/sha256"
	"strings"

	"packtide/release"
)

// demoWord is what the nth account that tries a pending release says of it, and what the publisher answers.
type demoWord struct {
	nth, day, hour int // days ago, on the account's clock
	blocked        bool
	text           string
	file, content  string
	answer         string
	later          int // hours until the answer
}

func demoWords() []demoWord {
	return []demoWord{
		{nth: 3, day: 3, hour: 14, text: "Installed on our test desk without trouble. Going on with the playbooks tomorrow."},
		{
			nth: 3, day: 1, hour: 16, blocked: true, text: "Comments from ServiceNow arrive twice, once as ours and once as theirs. We go back until this is clear.",
			file: "comments.log", content: "09:12:04 INC0012993 comment from integration user\n09:12:05 INC0012993 comment from Lena Hartmann\n09:12:05 INC0012993 comment from integration user (again)\n",
			answer: "The integration's own user has to be named in the new parameter “Ignore comments of”. Without it every comment makes a round. We will make it required in the next release.", later: 2,
		},
		{nth: 6, day: 3, hour: 18},
		{nth: 6, day: 2, hour: 9, text: "Comments in both directions work with Xanadu patch 4. Twelve incidents so far, none lost."},
		{nth: 9, day: 3, hour: 17, blocked: true, text: "Our instance is on Washington. The release notes ask for Xanadu; when does Washington stop working exactly?", answer: "With 2.0.0: it calls an interface that Washington does not have. If you can't upgrade in time, tell us before the date and we find a way together.", later: 3},
		{nth: 9, day: 1, hour: 10, text: "We have upgraded to Xanadu over night, and it works now. Thank you for the quick word."},
		{nth: 12, day: 3, hour: 16, text: "Transitions by name: fine. We had two playbooks with “Transition id”, changed in five minutes."},
		{nth: 12, day: 1, hour: 12},
		{nth: 1, day: 2, hour: 14},
		{nth: 1, day: 1, hour: 11, text: "Two days in production-like traffic, nothing to complain about."},
		{nth: 4, day: 2, hour: 18, blocked: true, text: "The action “Move issue” fails for projects with their own workflow: the transition's name is there twice.", file: "move-issue.txt", content: "project OPS, issue OPS-4711\ntransitions: Done (31), Done (41), In review (21)\nerror: more than one transition is named “Done”\n", answer: "Thank you, that is a case we had not seen. A fix that takes the target's status into account is being tested; until then the old parameter still takes the id in brackets, “Done [41]”.", later: 1},
		{nth: 4, day: 1, hour: 15, text: "“Done [41]” helps. Not blocked any more, but please keep the fix coming."},
		{nth: 5, day: 2, hour: 17, text: "Support has switched us over while I was away. All good since."},
		{nth: 7, day: 2, hour: 19},
		{nth: 7, day: 1, hour: 9, text: "Works in both of our regions."},
		{nth: 10, day: 2, hour: 15, text: "Works. The Slack messages look better now, too."},
		{nth: 10, day: 1, hour: 16, blocked: true, text: "One finding after all: attachments above 5 MB are cut off without a word when they go to ServiceNow.", file: "sizes.csv", content: "file,sent,received\nreport.pdf,6291456,5242880\ntrace.zip,9437184,5242880\n"},
		{nth: 13, day: 2, hour: 18},
		{nth: 13, day: 1, hour: 8, text: "Our change board has approved it for the date."},
		{nth: 2, day: 1, hour: 14, text: "First impression: works. We test the evening shift's playbooks today."},
		{nth: 8, day: 1, hour: 13, blocked: true, text: "The user that we use for ServiceNow lacks a role that 2.0.0 needs, and the error only says “403”. Which role is it?", answer: "It needs “import_transformer” besides “itil”. The installation guide now says so.", later: 2},
		{nth: 11, day: 1, hour: 16},
		{nth: 3, day: 2, hour: 10, text: "Twenty incidents through the desk, comments in both directions."},
		{nth: 6, day: 1, hour: 17, text: "Still fine after the first full working day."},
		{nth: 1, day: 2, hour: 18, text: "The first playbooks run. We watch it over night."},
		{nth: 7, day: 1, hour: 16},
		{nth: 5, day: 1, hour: 10, text: "Back from leave, and everything is where it should be."},
		{nth: 12, day: 2, hour: 11, text: "Second shift: no complaints."},
		{nth: 2, day: 0, hour: 7, text: "Evening shift is happy as well."},
		{nth: 8, day: 0, hour: 8, text: "With the role it works."},
		{nth: 11, day: 0, hour: 9, blocked: true, text: "Since this morning the connection test says “certificate unknown”. Did the address of your relay change?"},
	}
}

// planFeedback lets an account that tries the pending release say how it does (R31). Some look at what it brings and no more.
func (w *world) planFeedback(p demoPublisher, d demoPack, a demoAccount, nth int) {
	by, last := w.people[mailOf(a)], d.releases[len(d.releases)-1]
	pending := func() release.ID { return w.releases[p.name+"/"+d.name+"/"+last.version] }
	if d.optIns > 0 && nth <= d.optIns+6 {
		w.plan(3, 7, 11*nth%60, a.zone, func(ctx context.Context) error { return w.service.NoteLook(ctx, by, pending()) })
	}
	for _, said := range demoWords() {
		if d.optIns == 0 || said.nth != nth {
			continue
		}
		w.plan(said.day, said.hour, 13*nth%60, a.zone, func(ctx context.Context) error { return w.say(ctx, d, a, pending(), said) })
		if said.answer != "" {
			w.plan(said.day, said.hour+said.later, 13*nth%60, a.zone, func(ctx context.Context) error { return w.answer(ctx, w.people[p.mail], d, a, pending(), said.answer) })
		}
	}
	for _, r := range d.releases {
		if r.withdrawn > 0 && nth <= 2 {
			w.plan(r.daysAgo-1, 15, 20*nth, a.zone, func(ctx context.Context) error {
				return w.say(ctx, d, a, w.releases[p.name+"/"+d.name+"/"+r.version], demoWord{blocked: true, text: "Our playbooks read the output “score”. It is gone, and they stop."})
			})
		}
	}
}

// say gives the feedback on each of the account's attachments that try the release.
func (w *world) say(ctx context.Context, d demoPack, a demoAccount, rel release.ID, said demoWord) error {
	verdict := release.VerdictWorks
	if said.blocked {
		verdict = release.VerdictBlocked
	}
	return w.eachAttached(d, a, func(at release.Attachment) error {
		var file *release.FileUpload
		if said.file != "" {
			file = &release.FileUpload{
				Name: said.file, Size: int64(len(said.content)), SHA256: sha256.Sum256([]byte(said.content)), Content: strings.NewReader(said.content),
			}
		}
		return w.service.GiveFeedback(ctx, w.people[mailOf(a)], at.ID, rel, verdict, said.text, file)
	})
}

// answer answers the newest feedback of each of the account's attachments.
func (w *world) answer(ctx context.Context, by release.Actor, d demoPack, a demoAccount, rel release.ID, text string) error {
	return w.eachAttached(d, a, func(at release.Attachment) error {
		said, err := w.reader.Feedback(ctx, by, release.FeedbackFilter{Attachment: at.ID, Release: rel, Limit: 1})
		if err != nil {
			return err
		}
		for _, f := range said {
			if err := w.service.AnswerFeedback(ctx, by, f.ID, text); err != nil {
				return err
			}
		}
		return nil
	})
}
