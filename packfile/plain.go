package packfile

// What this file reads: nothing but the kind. Any bytes are accepted; the uploader gives name and version.

func readPlain(src *source) (reading, bool, error) {
	var got reading
	got.manifest.Kind = "file"
	if src.archive != nil {
		got.manifest.Kind = "archive"
		got.fact("Format", src.archive.format)
	}
	return got, true, nil
}
