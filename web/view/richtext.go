package view

import (
	"net/url"
	"regexp"
	"strings"
)

// linkPart is a stretch of a text; with an href it is a link.
type linkPart struct {
	text string
	href string
}

var linkable = regexp.MustCompile(`https://[^\s<>"“”]+|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)

// linkParts finds https and e-mail addresses in a text. The full stop or bracket that ends a sentence is no part of them.
func linkParts(text string) []linkPart {
	var parts []linkPart
	done := 0
	for _, found := range linkable.FindAllStringIndex(text, -1) {
		address := trimSentence(text[found[0]:found[1]])
		href := address
		if !strings.HasPrefix(address, "https://") {
			href = "mailto:" + address
		}
		if u, err := url.Parse(href); err != nil || u.Scheme == "https" && u.Hostname() == "" {
			continue
		}
		if found[0] > done {
			parts = append(parts, linkPart{text: text[done:found[0]]})
		}
		parts = append(parts, linkPart{text: address, href: href})
		done = found[0] + len(address)
	}
	if done < len(text) {
		parts = append(parts, linkPart{text: text[done:]})
	}
	return parts
}

func trimSentence(address string) string {
	address = strings.TrimRight(address, ".,;:!?'’")
	for strings.HasSuffix(address, ")") && strings.Count(address, ")") > strings.Count(address, "(") {
		address = strings.TrimRight(strings.TrimSuffix(address, ")"), ".,;:!?'’")
	}
	return address
}
