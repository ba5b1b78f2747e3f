package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"packtide/client"
	"packtide/release"
)

// named tells how things of one kind are found by what a person calls them.
type named[T any] struct {
	what  string                                          // "pack"
	see   string                                          // the command that lists them
	byID  func(context.Context, string) (T, error)        // nil: the list is searched
	all   func(query string) iter.Seq2[T, error]          // may return more than what fits the query
	names func(T) (id string, names []string, tag string) // tag tells things of the same name apart
}

// shownCandidates is how many things a refusal lists.
const shownCandidates = 10

// find finds the one thing of that id or name; capitals and small letters are the same. A name that several things have is
// refused with the list of them, as nobody may guess which one was meant.
func (n named[T]) find(ctx context.Context, idOrName string) (T, error) {
	var none T
	wanted, isID := canonical(idOrName)
	if isID && n.byID != nil {
		return n.byID(ctx, wanted)
	}
	var found []T
	var like []string
	for item, err := range n.all(wanted) {
		if err != nil {
			return none, err
		}
		id, names, tag := n.names(item)
		switch {
		case id == wanted:
			return item, nil
		case slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, wanted) }):
			found = append(found, item)
		case len(like) < shownCandidates && strings.Contains(strings.ToLower(strings.Join(names, "\n")), strings.ToLower(wanted)):
			like = append(like, candidate(id, names, tag))
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return none, failure{n.missing(wanted, like), exitNotFound}
	}
	lines := make([]string, 0, len(found))
	for _, item := range found[:min(len(found), shownCandidates)] {
		lines = append(lines, candidate(n.names(item)))
	}
	return none, failure{fmt.Errorf("%d things are called %q. Say which %s is meant by its id:\n%s", len(found), wanted, n.what, strings.Join(lines, "\n")), exitUsage}
}

// canonical is what a person typed without the space around it, and an id as the server writes it, whose letters the person
// may have typed as capitals.
func canonical(text string) (canonical string, isID bool) {
	text = strings.TrimSpace(text)
	id, err := release.ParseID(text)
	if err != nil {
		return text, false
	}
	return id.String(), true
}

func (n named[T]) missing(wanted string, like []string) error {
	if len(like) > 0 {
		return fmt.Errorf("there is no %s %q that you can see. Is one of these meant?\n%s", n.what, wanted, strings.Join(like, "\n"))
	}
	return fmt.Errorf("there is no %s %q that you can see.\n%s shows what there is", n.what, wanted, n.see)
}

func candidate(id string, names []string, tag string) string {
	line := "  " + id + "  " + strings.Join(slices.Compact(names), " · ")
	if tag != "" {
		line += ", " + tag
	}
	return line
}

func (s *session) findPack(ctx context.Context, idOrName string) (client.Pack, error) {
	return named[client.Pack]{
		what: "pack", see: "packtide pack list", byID: s.Pack,
		all:   func(q string) iter.Seq2[client.Pack, error] { return s.Packs(ctx, q) },
		names: func(p client.Pack) (string, []string, string) { return p.ID, []string{p.Name}, p.Publisher.Name },
	}.find(ctx, idOrName)
}

func (s *session) findPackage(ctx context.Context, idOrName string) (client.Package, error) {
	return named[client.Package]{
		what: "package", see: "packtide packages list", byID: s.Package,
		all: func(q string) iter.Seq2[client.Package, error] { return s.Packages(ctx, q) },
		names: func(p client.Package) (string, []string, string) {
			return p.ID, []string{p.Name, p.DisplayName}, p.Platform
		},
	}.find(ctx, idOrName)
}

func (s *session) findGroup(ctx context.Context, idOrName string) (client.Group, error) {
	return named[client.Group]{
		what: "group", see: "packtide group list", byID: s.Group,
		all:   func(string) iter.Seq2[client.Group, error] { return s.Groups(ctx) },
		names: func(g client.Group) (string, []string, string) { return g.ID, []string{g.Name}, "" },
	}.find(ctx, idOrName)
}

func (s *session) findAccount(ctx context.Context, idOrName string) (client.Account, error) {
	return named[client.Account]{
		what: "account", see: "packtide account list",
		byID: func(_ context.Context, id string) (client.Account, error) {
			return client.Account{AccountRef: client.AccountRef{ID: id}}, nil // whoever acts on it learns whether it is there
		},
		all:   func(q string) iter.Seq2[client.Account, error] { return s.Accounts(ctx, q) },
		names: func(a client.Account) (string, []string, string) { return a.ID, []string{a.Name}, a.Zone },
	}.find(ctx, idOrName)
}

// findCatalogue finds a pack that one's account may install.
func (s *session) findCatalogue(ctx context.Context, idOrName string) (client.CataloguePack, error) {
	return named[client.CataloguePack]{
		what: "pack to install", see: "packtide catalogue",
		all: func(q string) iter.Seq2[client.CataloguePack, error] {
			if _, isID := canonical(q); isID {
				q = "" // an id is no part of a name
			}
			return s.Catalogue(ctx, q)
		},
		names: func(p client.CataloguePack) (string, []string, string) {
			return p.Pack.ID, []string{p.Pack.Name}, "by " + p.Publisher.Name
		},
	}.find(ctx, idOrName)
}

// findSeenPack finds a pack of one's own, or one that one's account may install: then only its releases are known.
func (s *session) findSeenPack(ctx context.Context, idOrName string) (client.Pack, error) {
	me, err := s.me(ctx)
	if err != nil {
		return client.Pack{}, err
	}
	if me.Roles.Publisher != "" || me.Roles.Site != "" {
		found, err := s.findPack(ctx, idOrName)
		if me.Roles.Managed == "" || !isNotFound(err) {
			return found, err
		}
	}
	seen, err := s.findCatalogue(ctx, idOrName)
	return client.Pack{ID: seen.Pack.ID, Name: seen.Pack.Name, Current: seen.Current, Pending: seen.Pending}, err
}

// findAttachment finds what one's account has installed, or what is in one's install base: by its own name or its pack's,
// with the account's name and a slash before it where that is needed.
func (s *session) findAttachment(ctx context.Context, idOrName string) (client.Attachment, error) {
	me, err := s.me(ctx)
	if err != nil {
		return client.Attachment{}, err
	}
	n := named[client.Attachment]{what: "attachment", byID: s.Attachment, names: attachmentNames}
	if me.Roles.Managed != "" {
		n.see = "packtide attachments"
		n.all = func(q string) iter.Seq2[client.Attachment, error] { return s.Attachments(ctx, afterSlash(q)) }
		found, err := n.find(ctx, idOrName)
		if err == nil || (me.Roles.Publisher == "" && me.Roles.Site == "") || !isNotFound(err) {
			return found, err
		}
	}
	n.see = "packtide install-base"
	n.all = func(q string) iter.Seq2[client.Attachment, error] {
		return s.InstallBase(ctx, url.Values{"q": {afterSlash(q)}})
	}
	return n.find(ctx, idOrName)
}

func attachmentNames(a client.Attachment) (id string, names []string, tag string) {
	tag = a.Account.Name
	if a.Environment != "" {
		tag += ", " + a.Environment
	}
	return a.ID, []string{a.Name, a.Pack.Name, a.Account.Name + "/" + a.Name, a.Account.Name + "/" + a.Pack.Name}, tag
}

// afterSlash is what a search for "account/name" asks the server for.
func afterSlash(name string) string {
	if _, after, ok := strings.Cut(name, "/"); ok {
		return after
	}
	return name
}

func isNotFound(err error) bool {
	own, ok := errors.AsType[failure](err)
	return (ok && own.code == exitNotFound) || client.Status(err) == http.StatusNotFound
}

// findRelease finds a release by its id, by "pack@version", or by its pack alone: then it is the one in testing, else the
// current one.
func (s *session) findRelease(ctx context.Context, text string) (client.Release, error) {
	text, isID := canonical(text)
	if isID {
		found, err := s.Release(ctx, text)
		if client.Status(err) != http.StatusNotFound {
			return found, err
		}
	}
	name, label := text, ""
	if at := strings.LastIndexByte(text, '@'); at > 0 {
		if _, err := release.ParseVersion(text[at+1:]); err == nil {
			name, label = text[:at], text[at+1:]
		}
	}
	pack, err := s.findSeenPack(ctx, name)
	if err != nil {
		return client.Release{}, err
	}
	if label == "" {
		return s.releaseOf(ctx, pack)
	}
	for r, err := range s.Releases(ctx, pack.ID) {
		if err != nil {
			return client.Release{}, err
		}
		if r.Version == label && (r.State == "pending" || r.State == "released") {
			return r, nil
		}
	}
	return client.Release{}, failure{fmt.Errorf("%s has no release %s.\npacktide release list %q shows its releases", pack.Name, label, pack.Name), exitNotFound}
}

// releaseOf is the pack's release in testing, else its current one.
func (s *session) releaseOf(ctx context.Context, pack client.Pack) (client.Release, error) {
	ref := pack.Pending
	if ref == nil {
		ref = pack.Current
	}
	if ref == nil {
		return client.Release{}, failure{fmt.Errorf("%s has no release yet.\nMake one with packtide release %q --now, or --on DATE", pack.Name, pack.Name), exitNotFound}
	}
	return s.Release(ctx, ref.ID)
}
