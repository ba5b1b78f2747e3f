package view

import (
	"net/url"
	"strconv"
	"strings"

	"packtide/release"
)

// LedgerBox is what an install base runs by the word of its agents: each attachment counts in exactly one state.
type LedgerBox struct {
	Ledger release.Ledger
	Query  url.Values // narrows the install base to what is counted
}

// ledgerRow is one state with its number, which leads to exactly the attachments that it counts.
type ledgerRow struct {
	State   release.LedgerState
	N       int64
	Share   string
	Href    string
	Meaning string
}

// ledgerMeaning says what each state means, and what can be done about it.
var ledgerMeaning = map[release.LedgerState]string{
	release.LedgerCurrent: "Reports the current release, as it should.",
	release.LedgerTrying:  "Reports the release in testing, which it has chosen to try.",
	release.LedgerBehind:  "Last reported another release than it should run. Right after a release that is everybody, until the agents have asked.",
	release.LedgerFailed:  "Could not install what it should run. Its page shows what its agent said.",
	release.LedgerSilent:  "Its agent has not been heard of for longer than agents may be silent.",
	release.LedgerNever:   "No agent has ever reported. An account's admin finds on the attachment's page how to start one.",
}

func (b LedgerBox) rows() []ledgerRow {
	var rows []ledgerRow
	for _, s := range release.LedgerStates {
		n := b.Ledger.Of(s)
		rows = append(rows, ledgerRow{s, n, share(n, b.Ledger.Attachments), With(findPath, b.Query, "observed", string(s)), ledgerMeaning[s]})
	}
	return rows
}

func (b LedgerBox) all() string {
	if len(b.Query) == 0 {
		return findPath
	}
	return findPath + "?" + b.Query.Encode()
}

// share is a part in whole percent; what is there is never called nothing.
func share(n, of int64) string {
	if of == 0 || n == 0 {
		return "0 %"
	}
	percent := n * 100 / of
	if percent == 0 {
		return "under 1 %"
	}
	return strconv.FormatInt(percent, 10) + " %"
}

// ledgerBar is one stretch of the bar, in thousandths.
type ledgerBar struct {
	Tone  Tone
	X, W  string
	Label string
}

func (b LedgerBox) bars() []ledgerBar {
	var bars []ledgerBar
	var before int64
	at := func(n int64) int64 { return n * 1000 / max(b.Ledger.Attachments, 1) }
	for _, r := range b.rows() {
		if r.N == 0 {
			continue
		}
		from := at(before)
		before += r.N
		bars = append(bars, ledgerBar{
			WordFor(LedgerBadge(r.State)).Tone, strconv.FormatInt(from, 10), strconv.FormatInt(max(at(before)-from, 4), 10),
			WordFor(LedgerBadge(r.State)).Word + ": " + Number(int(r.N)),
		})
	}
	return bars
}

// words are the numbers in a sentence, for those who do not see the bar.
func (b LedgerBox) words() string {
	var counts []string
	for _, r := range b.rows() {
		counts = append(counts, Number(int(r.N))+" "+ledgerWord(r.State))
	}
	return "Of " + Amount(b.Ledger.Attachments, "attachment") + ": " + strings.Join(counts, ", ") + "."
}

// LedgerBadge is the state word of a ledger's state.
func LedgerBadge(s release.LedgerState) State {
	switch s {
	case release.LedgerCurrent:
		return StateCurrent
	case release.LedgerTrying:
		return StateTrying
	case release.LedgerBehind:
		return StateBehind
	case release.LedgerFailed:
		return StateFailed
	case release.LedgerSilent:
		return StateSilent
	default:
		return StateUnheard
	}
}

func ledgerWord(s release.LedgerState) string {
	return map[release.LedgerState]string{
		release.LedgerCurrent: "current", release.LedgerTrying: "trying", release.LedgerBehind: "behind", release.LedgerFailed: "failed",
		release.LedgerSilent: "silent", release.LedgerNever: "never reported",
	}[s]
}

// LedgerWord is the same for exports; empty for an uninstalled attachment.
func LedgerWord(a release.AttachmentRow) string { return ledgerWord(a.Ledger()) }

// ledgerOptions are the states that the install base can be narrowed to.
func ledgerOptions() []Option {
	return []Option{
		{Value: string(release.LedgerCurrent), Label: "Runs the current release"},
		{Value: string(release.LedgerTrying), Label: "Runs the release in testing"},
		{Value: string(release.LedgerBehind), Label: "Behind what it should run"},
		{Value: string(release.LedgerFailed), Label: "Failed to install"},
		{Value: string(release.LedgerSilent), Label: "Silent"},
		{Value: string(release.LedgerNever), Label: "Never reported"},
	}
}

// observedFacet offers what agents say, with numbers where the summaries know them.
func (p InstallBase) observedFacet() findFacet {
	facet := findFacet{Title: "Its agent says"}
	if p.Filter.State == release.StateDetached {
		return facet
	}
	for _, o := range ledgerOptions() {
		value := findValue{Label: o.Label, Chosen: o.Value == string(p.Filter.Observed)}
		for _, v := range p.Facets.Observed {
			if v.Value == o.Value {
				value.Count = Number(int(v.Rows))
			}
		}
		if value.Chosen && value.Count == "" {
			value.Count = p.counted(p.Facets.Attachments)
		}
		value.Href = narrow(findPath, p.Query, func(q url.Values) {
			q.Set("observed", o.Value)
			if value.Chosen {
				q.Del("observed")
			}
		})
		facet.Values = append(facet.Values, value)
	}
	return facet
}

// AgentReport is what the page of one attachment says of its agent.
type AgentReport struct {
	Row     release.AttachmentRow
	View    release.ObservedView
	Admin   bool   // may start an agent
	Command string // that starts it
	Clock   Clock
}

// said is the release that the agent has last reported.
func (r AgentReport) said() string { return ReleaseLabel(&r.Row.Observed.Release) }

func changeTitle(c release.ObservedChange) string {
	if c.Status == release.InstallFailed {
		return "Could not install " + ReleaseLabel(&c.Release)
	}
	return "Installed " + ReleaseLabel(&c.Release)
}

func changeIcon(c release.ObservedChange) string {
	if c.Status == release.InstallFailed {
		return "circle-x"
	}
	return "circle-check"
}

// AgentCommand starts an agent for the attachment.
func AgentCommand(baseURL string, attachment release.ID) string {
	return "packtide agent --server " + baseURL + " --token-file agent.token --dir packs --attachment " + attachment.String()
}

// troubled tells whether somebody should look at the attachment's agent.
func troubled(a release.AttachmentRow) bool {
	switch a.Ledger() {
	case release.LedgerFailed, release.LedgerBehind, release.LedgerSilent:
		return true
	default:
		return false
	}
}
