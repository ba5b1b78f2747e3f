package packfile_test

import (
	"testing"

	"packtide/packfile"
)

// What a platform weighs as a demand is told as one, and nothing else is.
func TestDemands(t *testing.T) {
	t.Parallel()
	part := func(kind, key string, facets ...packfile.Facet) packfile.Part {
		return packfile.Part{Kind: kind, Key: key, Name: key, Facets: facets}
	}
	compare := func(platform string, old, new []packfile.Part) map[string]bool {
		of := func(parts []packfile.Part) packfile.Package {
			return packfile.Package{Manifest: packfile.Manifest{Platform: platform}, Contents: packfile.Contents{Parts: parts}}
		}
		demands := map[string]bool{}
		for _, ch := range packfile.Compare(of(old), of(new), packfile.Options{}).Changes {
			demands[string(ch.Event)+" "+ch.Name+" "+ch.Facet] = ch.Demands
		}
		return demands
	}
	is := func(facet, value string) packfile.Facet { return packfile.Facet{Name: facet, Value: value} }
	for platform, word := range map[string]string{"threatconnect": "required", "secops": "mandatory"} {
		kind := map[string]string{"threatconnect": "parameter", "secops": "integration parameter"}[platform]
		part := func(name string, facets ...packfile.Facet) packfile.Part { return part(kind, name, facets...) }
		got := compare(platform, []packfile.Part{
			part("gone", is(word, "yes"), is("type", "Date")),
			part("old name", is(word, "yes"), is("type", "Password")),
			part("tightened", is(word, "no")),
			part("loosened", is(word, "yes")),
			part("retyped", is(word, "yes"), is("type", "String")),
		}, []packfile.Part{
			part("tightened", is(word, "yes")),
			part("loosened", is(word, "no")),
			part("retyped", is(word, "yes"), is("type", "Boolean")),
			part("new name", is(word, "yes"), is("type", "Password")),
			part("new and needed", is(word, "yes")),
			part("new with a default", is(word, "yes"), is("default", "5")),
			part("new and optional", is(word, "no")),
		})
		want := map[string]bool{
			"removed gone ": false, "renamed new name ": true, "changed tightened " + word: true, "changed loosened " + word: false, "changed retyped type": false,
			"added new and needed ": true, "added new with a default ": false, "added new and optional ": false,
		}
		for change, demands := range want {
			if is, told := got[change]; !told || is != demands {
				t.Errorf("%s: %q demands %t (told: %t), want %t", platform, change, is, told, demands)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %v", platform, got)
		}
	}
}
