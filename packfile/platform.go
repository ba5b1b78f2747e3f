package packfile

// platform is one world of packages. Another platform is one file with such a value, and one entry in platforms; nothing
// outside this package knows any of them by name.
type platform struct {
	key   string // stored; never changes
	label string // for people: "Google SecOps"
	rules []Rule // every code that the platform's findings and comparisons carry

	// formats read one kind of file each, and are asked in order. A reader returns false if the file is not of its kind. A
	// file that is of its kind and broken is its own, with findings: it must not pass as a plain archive.
	formats []func(*source) (reading, bool, error)

	// settings are what a publisher, or the command line, chooses for the platform's rules.
	settings []Setting

	// weigh says what a change means for those who use the package, and why: see Compare. Without it every change of a part
	// is one of release level.
	weigh func(change Change, old, new *Part) (Bump, string)

	// judge reports what the platform's rules find by comparing two versions of a package: a version that did not go up, a
	// bump that is too small (R4), release notes that lack a flag. The comparison's changes are weighed and sorted.
	judge func(c *Comparison, old, new Package, opts Options) []Finding

	// together reports what is wrong between the packages of one release (R10). Each finding's Path is the label of a member.
	together func(members []Member) []Finding
}

// platforms are asked in this order; the last takes every file.
func platforms() []platform {
	return []platform{threatConnect(), secOps(), boomi(), plain()}
}

func platformOf(key string) platform {
	for _, p := range platforms() {
		if p.key == key {
			return p
		}
	}
	return plain()
}

// PlatformLabel is a platform as people call it; a key that is not known any more shows itself.
func PlatformLabel(key string) string {
	if p := platformOf(key); p.key == key {
		return p.label
	}
	return key
}

// PlatformKeys returns the key of every platform, plain packages last.
func PlatformKeys() []string {
	var keys []string
	for _, p := range platforms() {
		keys = append(keys, p.key)
	}
	return keys
}
