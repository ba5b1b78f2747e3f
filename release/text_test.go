package release

import (
	"errors"
	"strings"
	"testing"
)

// A refused text is told why: it is missing, too long, or holds what its writer can't see. All are the same refusal.
func TestRefusedTextsTellWhy(t *testing.T) {
	t.Parallel()
	pack := func(change func(*PackTexts)) error {
		texts := PackTexts{Name: "Alpha"}
		change(&texts)
		return texts.check()
	}
	for name, c := range map[string]struct {
		err  error
		is   error
		says string
	}{
		"no reason":                {checkReason(" "), ErrReasonMissing, "Give a reason"},
		"a long reason":            {checkReason(strings.Repeat("é", maxReason+1)), ErrReasonMissing, "more than 1,000"},
		"a reason out of a word":   {checkReason("as\vagreed"), ErrReasonMissing, "can't be seen"},
		"a broken reason":          {checkReason("as\xffagreed"), ErrReasonMissing, "can't be seen"},
		"a name on two lines":      {pack(func(p *PackTexts) { p.Name = "Al\npha" }), ErrPackNameMissing, "can't be seen"},
		"a name turned around":     {pack(func(p *PackTexts) { p.Name = "Al\u202epha" }), ErrPackNameMissing, "can't be seen"},
		"a long name":              {pack(func(p *PackTexts) { p.Name = strings.Repeat("x", maxName+1) }), ErrPackNameMissing, "at most 150"},
		"a guide with a control":   {pack(func(p *PackTexts) { p.UserGuide = "a\x00b" }), ErrTextLong, "can't be seen"},
		"a guide that is a book":   {pack(func(p *PackTexts) { p.UserGuide = strings.Repeat("x", maxText+1) }), ErrTextLong, "50,000"},
		"an invisible description": {pack(func(p *PackTexts) { p.Description = "\x1b" }), ErrDescriptionLong, "can't be seen"},
	} {
		if !errors.Is(c.err, c.is) || !strings.Contains(c.err.Error(), c.says) {
			t.Errorf("%s: %v, want %v that says %q", name, c.err, c.is, c.says)
		}
	}
}
