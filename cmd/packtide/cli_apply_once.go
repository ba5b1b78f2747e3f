package main

import "strings"

// once refuses what stands twice: of two wishes for one thing the second would undo the first, and no run would find nothing
// to do. Capitals and small letters are the same.
func (w wishes) once() error {
	r := &wishReader{}
	packs, groups := r.distinct("pack"), r.distinct("group")
	for _, pack := range w.packs {
		packs(pack.name, pack.at)
		packages := r.distinct("package")
		for _, one := range pack.packages {
			if one.name != "" { // what a file is called is known when it is read
				packages(one.name, one.at)
			}
		}
	}
	for _, group := range w.groups {
		groups(group.name, group.at)
		r.distinctNames("account", group.accounts)
		r.distinctNames("pack", group.packs)
	}
	return r.refusal()
}

// distinct notes a problem for each name that comes again.
func (r *wishReader) distinct(what string) func(name string, at place) {
	first := map[string]place{}
	return func(name string, at place) {
		key := strings.ToLower(name)
		if before, again := first[key]; again {
			r.problemAt(at, "%s %s stands here again; the first time it stands at %s. Keep one of them", what, name, before)
			return
		}
		first[key] = at
	}
}

func (r *wishReader) distinctNames(what string, names []wishedName) {
	note := r.distinct(what)
	for _, one := range names {
		note(one.name, one.at)
	}
}
