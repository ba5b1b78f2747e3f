package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"slices"
	"strings"
	"time"

	"packtide/packfile"
	"packtide/release"
)

// demoPackage is one package of the demo. Its files are made up here, and real enough to be read as those of customers are.
type demoPackage struct {
	name     string // display name
	platform string // one of packfile's
	about    string
	versions []demoVersion // oldest first
}

// demoVersion is one upload of a package.
type demoVersion struct {
	daysAgo int
	version string // as the platform counts: "1.2.0", "12.0"
	notes   string
}

// upload is the package file of one version, inspected as an uploaded one is. Its notes tell all versions so far.
func (p demoPackage) upload(upTo int) (release.Upload, error) {
	fileName, files := p.secOpsFiles(upTo)
	if p.platform == "threatconnect" {
		fileName, files = p.threatConnectFiles(upTo)
	}
	content, err := zipped(files)
	if err != nil {
		return release.Upload{}, fmt.Errorf("pack %s: %w", fileName, err)
	}
	read, err := packfile.Inspect(bytes.NewReader(content), int64(len(content)), fileName, packfile.Options{})
	if err != nil {
		return release.Upload{}, fmt.Errorf("inspect %s: %w", fileName, err)
	}
	fault := demoFaultOf(p.name, p.versions[upTo].version)
	shareable := !fault.hidden
	return release.Upload{
		Name: p.name, FileName: fileName, Size: int64(len(content)), SHA256: sha256.Sum256(content), Content: bytes.NewReader(content),
		Package: read, Shareable: &shareable, Notes: p.versions[upTo].notes,
		OverrideReason: fault.overridden,
	}, nil
}

// file is one file of an archive.
type file struct{ path, text string }

func (p demoPackage) threatConnectFiles(upTo int) (fileName string, files []file) {
	v := p.versions[upTo].version
	major, _, _ := strings.Cut(v, ".")
	folder := strings.ReplaceAll(p.name, " ", "_") + "_v" + major
	notes := []string{}
	for _, old := range p.versions[:upTo+1] {
		notes = append(notes, old.version+": "+old.notes)
	}
	install := map[string]any{
		"programName": folder, "displayName": p.name, "programVersion": v, "note": p.about, "runtimeLevel": "Playbook",
		"programLanguage": "PYTHON", "languageVersion": "3.11", "programMain": "run", "minServerVersion": "7.2.0",
		"listDelimiter": "|", "features": []string{"fileParams", "secureParams"},
		"releaseNotes": notes,
		"params":       demoAppParameters(p.name, v),
	}
	fault := demoFaultOf(p.name, v)
	install["playbook"] = map[string]any{"type": "Action", "outputVariables": demoOutputs(fault.without)}
	text, err := json.MarshalIndent(install, "", "  ")
	if err != nil {
		panic(err) // maps of texts always have a form in JSON
	}
	files = []file{
		{folder + "/install.json", string(text) + "\n"},
		{folder + "/README.md", "# " + p.name + "\n\n" + p.about + "\n\nDependencies: an account of the service. Inputs: its address and a token. Outputs: how many items there are, and the items.\n"},
		{folder + "/run.py", "\"\"\"Entry point of " + p.name + ".\"\"\"\n\n\ndef main() -> None:\n    print(\"" + p.name + " " + v + "\")\n"},
		{folder + "/requirements.txt", "requests==2.32.3\n"},
	}
	if f := fault.file; f != nil {
		files = append(files, file{folder + "/" + f.path, f.text})
	}
	return folder + ".tcx", files
}

// demoOutputs are the output variables of every app of the demo but the one that it leaves out.
func demoOutputs(without string) []map[string]any {
	all := []map[string]any{{"name": "result.count", "type": "String"}, {"name": "result.items", "type": "StringArray"}}
	return slices.DeleteFunc(all, func(o map[string]any) bool { return o["name"] == without })
}

func (p demoPackage) secOpsFiles(upTo int) (fileName string, files []file) {
	v := p.versions[upTo].version
	folder := strings.ToLower(strings.ReplaceAll(p.name, " ", "_"))
	var notes strings.Builder
	for _, old := range p.versions[:upTo+1] {
		fmt.Fprintf(&notes, "- description: %q\n  integration_version: %s\n  item_name: %q\n  item_type: Integration\n  publish_time: \"2026-01-01\"\n  new: false\n  regressive: %t\n", old.notes, old.version, p.name, demoBreaks(p.name, old.version))
	}
	identifier := strings.ReplaceAll(p.name, " ", "")
	definition := fmt.Sprintf("identifier: %s\nname: %q\ndescription: %q\ncategories:\n  - IT Operations\nparameters: []\nimage_path: resources/image.png\nsvg_logo_path: resources/logo.svg\n", identifier, p.name, p.about)
	project := fmt.Sprintf("[project]\nname = %q\nversion = %q\ndescription = %q\nrequires-python = \">=3.11,<3.12\"\n", folder, v, p.about) +
		"dependencies = []\n\n[dependency-groups]\ndev = [\"pytest\", \"pytest-json-report\", \"soar-sdk\"]\n"
	lock := fmt.Sprintf("version = 1\nrequires-python = \"==3.11.*\"\n\n[[package]]\nname = %q\nversion = %q\nsource = { virtual = \".\" }\n", folder, v)
	files = []file{
		{folder + "/.python-version", "3.11\n"},
		{folder + "/__init__.py", ""},
		{folder + "/definition.yaml", definition},
		{folder + "/pyproject.toml", project},
		{folder + "/release_notes.yaml", notes.String()},
		{folder + "/uv.lock", lock},
		{folder + "/actions/__init__.py", ""},
		{folder + "/core/__init__.py", ""},
		{folder + "/resources/image.png", demoPNG()},
		{folder + "/resources/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\"><circle cx=\"8\" cy=\"8\" r=\"7\"/></svg>\n"},
		{folder + "/core/client.py", "class Client:\n    \"\"\"Talks to the service.\"\"\"\n"},
	}
	for _, action := range []string{"Ping", "Create", "Update"} {
		script := folder + "/actions/" + strings.ToLower(action)
		files = append(files,
			file{script + ".yaml", "name: " + action + "\ndescription: " + action + " it.\nintegration_identifier: " + identifier +
				"\n" + demoActionParameters(p.name, action, v) + "dynamic_results_metadata: []\nscript_result_name: is_success\n"},
			file{script + ".py", "def main() -> None:\n    print(\"" + action + "\")\n"})
	}
	return folder + "-" + v + ".zip", files
}

// demoPNG is a small white picture.
func demoPNG() string {
	var b strings.Builder
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 16, 16))); err != nil {
		panic(err) // a strings.Builder takes everything
	}
	return b.String()
}

// zipped is the archive of the files; the same files give the same bytes.
func zipped(files []file) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		part, err := w.CreateHeader(&zip.FileHeader{Name: f.path, Method: zip.Deflate, Modified: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return nil, err
		}
		if _, err := part.Write([]byte(f.text)); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}
