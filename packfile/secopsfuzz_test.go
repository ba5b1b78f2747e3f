package packfile_test

import (
	"maps"
	"slices"
	"testing"
)

// FuzzSecOps takes the bytes as one of the files of a whole integration: where it is read, every rule sees it.
func FuzzSecOps(f *testing.F) {
	whole := soWith(nil)
	names := slices.Sorted(maps.Keys(whole))
	for i, name := range names {
		f.Add(byte(i), []byte(whole[name]))
	}
	for _, text := range []string{
		"", "- ", "a: &a [*a]", "<<: {a: b}", "? {a: b}\n: c", "a: !!binary x\nb: !!int ''\n", "identifier: [a]\nparameters: {a: b}\n",
		"parameters: [1, null, [], {name: [x], type: 1, default_value: {}}]", "a: 1\n---\nb: 2\n", "%YAML 1.1\n---\na: 0x_\n",
		"dynamic_results_metadata: [{result_example_path: ../x}, {result_example_path: .}]",
		"[project]\nversion = inf\n[dependency-groups]\ndev = [{include-group = \"x\"}]\n",
	} {
		for _, name := range []string{"definition.yaml", "actions/ping.yaml", "release_notes.yaml", "pyproject.toml"} {
			f.Add(byte(slices.Index(names, name)), []byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		name := names[int(which)%len(names)]
		checkInspected(t, soWhole(t, map[string]string{name: string(data)}))
	})
}
