package view

// SearchResults is what a search over everything has found, by kind.
type SearchResults struct {
	Query  string
	Short  bool // too short for accounts and attachments
	Places SearchGroup
	Groups []SearchGroup
}

// SearchGroup is one kind of thing. More leads to the whole list, where not all are shown.
type SearchGroup struct {
	Label string
	Items []SearchItem
	More  string
}

// SearchItem is one thing that was found.
type SearchItem struct {
	Href  string
	Icon  string
	Title string
	Sub   string
}

// Cut keeps the first items, and the way to all of them only when there are more.
func (g SearchGroup) Cut(most int) SearchGroup {
	if len(g.Items) > most {
		g.Items = g.Items[:most]
	} else {
		g.More = ""
	}
	return g
}

// Add takes a group in unless it is empty, and passes its error on.
func (r *SearchResults) Add(g SearchGroup, err error) error {
	if len(g.Items) > 0 {
		r.Groups = append(r.Groups, g)
	}
	return err
}

func (r SearchResults) all() []SearchGroup {
	if len(r.Places.Items) == 0 {
		return r.Groups
	}
	return append([]SearchGroup{r.Places}, r.Groups...)
}

func (r SearchResults) count() int {
	n := 0
	for _, g := range r.all() {
		n += len(g.Items)
	}
	return n
}

// words tell how much was found; read aloud while somebody types.
func (r SearchResults) words() string {
	switch n := r.count(); {
	case r.Query == "":
		return "Type a name, or choose a page."
	case n == 0 && r.Short:
		return "Nothing found so far. Accounts and attachments are looked for from three letters on."
	case n == 0:
		return "Nothing that you may see has this in its name."
	case r.Short:
		return Counted(n, "result") + ". Accounts and attachments are looked for from three letters on."
	default:
		return Counted(n, "result")
	}
}
