package notify

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

var update = flag.Bool("update", false, "write the golden letters instead of comparing with them")

// every is a notice that says all that notices say.
func every(kind release.NoticeKind) release.Notice {
	at := time.Date(2027, 3, 1, 9, 30, 0, 0, time.UTC)
	due, was := at.AddDate(0, 0, 28).Truncate(24*time.Hour).Add(-2*time.Hour), at.AddDate(0, 0, 14).Truncate(24*time.Hour).Add(-time.Hour)
	on, wasOn := release.Date{Year: 2027, Month: 3, Day: 29}, release.Date{Year: 2027, Month: 3, Day: 15}
	n := release.Notice{
		ID: goldenID(1), Kind: kind, At: at, Publisher: goldenID(2), Account: goldenID(3), Pack: goldenID(4), PackName: "Tickets",
		Release: goldenID(5), Version: "1.4.0", Attachment: goldenID(6), AttachmentName: "Production", Environment: "eu-1",
		Zone: "Europe/Paris", Subject: "Acme Tickets", Change: release.ActGroupMemberRemoved, Verdict: release.VerdictBlocked, Outside: 2,
	}
	switch kind {
	case release.NoticeOpened, release.NoticeDueInWeek, release.NoticeDueInDay, release.NoticeWithdrawn, release.NoticeSuperseded, release.NoticePackDeleted:
		n.DueAt, n.DueOn = &due, &on
	case release.NoticeMoved:
		n.DueAt, n.DueOn, n.WasDueAt, n.WasDueOn = &due, &on, &was, &wasOn
	case release.NoticeApplied:
		n.DueAt, n.DueOn, n.Late = &due, &on, true
	case release.NoticeFeedbackGiven, release.NoticeFeedbackAnswered, release.NoticeDeliveryFailed:
		n.Text = "It stops at step 3:\nno such table."
	default:
	}
	switch kind {
	case release.NoticeDueInWeek:
		n.At = due.AddDate(0, 0, -7).Add(30 * time.Second)
	case release.NoticeDueInDay:
		n.At = due.AddDate(0, 0, -1).Add(30 * time.Second)
	default:
	}
	switch kind {
	case release.NoticeOptedIn, release.NoticeWentBack, release.NoticeFeedbackGiven, release.NoticeFeedbackAnswered, release.NoticeDeliveryFailed:
	default:
		n.Attachment, n.AttachmentName, n.Environment = release.ID{}, "", ""
	}
	return n
}

func goldenID(n byte) release.ID { return release.ID{15: n} }

// Each kind reads as its side needs it, and no two sides are told each other's links.
func TestWordsOfMail(t *testing.T) {
	t.Parallel()
	l, err := newLetters("https://packs.example/", release.MailKey("golden"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	subjects := map[string]release.NoticeKind{}
	for _, kind := range release.NoticeKinds() {
		for _, asPublisher := range []bool{true, false} {
			side, zone, account := "an account", "Asia/Kolkata", "North"
			if asPublisher {
				side, zone, account = "the publisher", "Europe/Paris", "Acme"
			} else if kind == release.NoticeVersionAvailable {
				continue // accounts are not told
			}
			letter := release.Letter{
				To:   release.MailRecipient{Person: goldenID(7), Name: "Nora", Account: goldenID(3), AccountName: account, Zone: zone},
				Told: []release.Told{{Mail: goldenID(8), Notice: every(kind), AsPublisher: asPublisher, PublisherName: "Acme", AccountName: "North"}},
			}
			w, err := l.write(letter)
			if err != nil {
				t.Fatal(err)
			}
			if other, taken := subjects[side+w.Subject]; taken {
				t.Errorf("%s and %s have one subject: %s", kind, other, w.Subject)
			}
			subjects[side+w.Subject] = kind
			all.WriteString("===== " + string(kind) + " to " + side + "\nSubject: " + w.Subject + "\n\n" + w.Text)
		}
	}
	path := filepath.Join("testdata", "mail.golden.txt")
	if *update {
		if err := os.WriteFile(path, []byte(all.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if all.String() != string(want) {
		t.Errorf("the letters are not as in %s; look at the difference after a run with -update:\n%s", path, all.String())
	}
}

// What only says what one may do oneself can't be switched off.
func TestMailThatAlwaysComes(t *testing.T) {
	t.Parallel()
	l, err := newLetters("https://packs.example", release.MailKey("golden"))
	if err != nil {
		t.Fatal(err)
	}
	n := every(release.NoticeAccessChanged)
	for _, who := range []release.ID{goldenID(7), goldenID(9)} {
		n.Person = who
		w, err := l.write(release.Letter{To: release.MailRecipient{Person: goldenID(7)}, Told: []release.Told{{Notice: n}}})
		if err != nil || (w.Stop == "") != (who == goldenID(7)) || strings.Contains(w.Text, "/unsubscribe/") != (w.Stop != "") {
			t.Errorf("%v, %q:\n%s", err, w.Stop, w.Text)
		}
	}
}

// A reminder that comes late, after downtime, tells how long it really is to the release's instant. // R20
func TestRemindersTellWhatIsLeft(t *testing.T) {
	t.Parallel()
	for left, want := range map[time.Duration]string{
		7*24*time.Hour - 30*time.Second: "applies in 7 days",
		5*24*time.Hour + 3*time.Hour:    "applies in 5 days",
		48 * time.Hour:                  "applies in 2 days",
		47 * time.Hour:                  "applies in 47 hours",
		24*time.Hour - 59*time.Second:   "applies in 24 hours",
		90 * time.Minute:                "applies in 2 hours",
		20 * time.Minute:                "applies in 20 minutes",
		time.Second:                     "applies in 1 minute",
	} {
		for _, kind := range []release.NoticeKind{release.NoticeDueInWeek, release.NoticeDueInDay} {
			for _, asPublisher := range []bool{true, false} {
				n := every(kind)
				n.At = n.DueAt.Add(-left)
				if w := wordsOf(release.Told{Notice: n, AsPublisher: asPublisher}, "UTC"); !strings.HasSuffix(w.Title, want) {
					t.Errorf("%s before: %q, want %q", left, w.Title, want)
				}
			}
		}
	}
}

// A receiver that has said that it is gone did not fail for days.
func TestPausesTellWhy(t *testing.T) {
	t.Parallel()
	for gone, want := range map[bool]string{true: "it is gone (410)", false: "for days"} {
		n := every(release.NoticeWebhookPaused)
		n.Gone = gone
		w := wordsOf(release.Told{Notice: n}, "UTC")
		if text := strings.Join(w.Lines, " "); !strings.Contains(text, want) || strings.Contains(text, "days") == gone {
			t.Errorf("gone %v: %s", gone, text)
		}
	}
}
