package release

// Facets are how the rows of an install base spread over what it can be narrowed by, with how many the filter chooses in all.
// The values of a facet count what is there without that facet's own choice, so that another can be chosen instead.
type Facets struct {
	Attachments int64
	Accounts    int64
	// AttachmentsAtLeast and AccountsAtLeast: there are more than were counted.
	AttachmentsAtLeast bool
	AccountsAtLeast    bool
	// AtLeast: the values count the newest MostCounted rows alone, so each is a lower bound.
	AtLeast bool

	Publishers   []FacetValue
	Packs        []FacetValue
	Releases     []FacetValue
	Observed     []FacetValue // what agents say, in the order of LedgerStates; none where the summaries do not know it
	States       []FacetValue // without those that are known one by one only: outside and uninstalled
	Zones        []FacetValue
	Environments []FacetValue
}

// MostCounted is how many rows are counted one by one where no summary knows the number.
const MostCounted = 1000

// FacetValue is one value to narrow by, most rows first.
type FacetValue struct {
	Value string // as in a filter: an id, a state, a zone, an environment
	Label string // name or version; empty where the value says it
	Of    string // whose it is: the pack's publisher, the release's pack
	Rows  int64
}
