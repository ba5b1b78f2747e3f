package packfile_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"packtide/packfile"
)

// soLarge is an integration of 70 files like those that publishers upload: 20 actions with widgets, 80 KiB of descriptions
// for language models and a lock file of 90 KiB.
func soLarge(t testing.TB) []byte {
	t.Helper()
	files := soWith(nil)
	var described, locked strings.Builder
	described.WriteString(soActionAI("Ping"))
	for i := range 20 {
		name := fmt.Sprintf("Block Host %d", i)
		if i < 7 {
			files[fmt.Sprintf("actions/block_host_%d.yaml", i)] = strings.ReplaceAll(soBlockHost, "name: Block Host", "name: "+name)
			files[fmt.Sprintf("actions/block_host_%d.py", i)] = strings.Repeat(soBlockHostScript, 3)
			files[fmt.Sprintf("widgets/block_host_%d.yaml", i)] = strings.ReplaceAll(soWidget, "Block Host", name)
			files[fmt.Sprintf("widgets/block_host_%d.html", i)] = strings.Repeat("<p>Blocked.</p>\n", 200)
			files[fmt.Sprintf("tests/test_actions/test_block_host_%d.py", i)] = strings.Repeat(soModule, 20)
		}
		described.WriteString(soActionAI(name))
	}
	for i := range 400 {
		fmt.Fprintf(&locked, "\n[[package]]\nname = \"package-%d\"\nversion = \"1.0\"\nsource = { registry = \"https://pypi.org/simple\" }\n"+
			"sdist = { url = \"https://files.pythonhosted.org/packages/package-%d.tar.gz\", hash = \"sha256:%064d\", size = 1 }\n", i, i, i)
	}
	files["resources/ai/actions_ai_description.yaml"] = described.String()
	files["uv.lock"] = soLock + locked.String()
	files["resources/logo.svg"] = strings.Replace(files["resources/logo.svg"], "/>", "><!-- "+strings.Repeat("x", 4<<10)+" --></svg>", 1)
	return soPack(t, files)
}

func BenchmarkSecOpsIntegration(b *testing.B) {
	data := soLarge(b)
	read, err := packfile.Inspect(bytes.NewReader(data), int64(len(data)), "acme_guard.zip", packfile.Options{})
	if err != nil || read.Manifest.Platform != "secops" {
		b.Fatalf("got %+v, %v", read.Manifest, err)
	}
	b.ReportMetric(float64(read.Manifest.Files), "files")
	b.SetBytes(read.Manifest.UnpackedBytes)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := packfile.Inspect(bytes.NewReader(data), int64(len(data)), "acme_guard.zip", packfile.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// What takes the YAML parser longest of all that its limits let pass.
func BenchmarkSecOpsHostileYAML(b *testing.B) {
	data := soWhole(b, map[string]string{"definition.yaml": "[" + strings.Repeat("a: b,", 24_000) + "]"})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := packfile.Inspect(bytes.NewReader(data), int64(len(data)), "x.zip", packfile.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
