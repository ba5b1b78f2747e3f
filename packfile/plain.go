package packfile

// PlatformPlain is the key of packages of no platform that is known here.
const PlatformPlain = "plain"

// Recognised tells whether packages of the platform tell themselves what they are called: all but plain ones.
func Recognised(platform string) bool { return platform != PlatformPlain }

// plain takes every file. Name and version are given at upload, and nothing is checked but that an archive is safe.
func plain() platform {
	return platform{
		key: PlatformPlain, label: "Plain package",
		formats: []func(*source) (reading, bool, error){readPlain},
	}
}

func readPlain(src *source) (reading, bool, error) {
	var got reading
	got.manifest.Kind = "file"
	if src.archive != nil {
		got.manifest.Kind = "archive"
		got.fact("Format", src.archive.format)
	}
	return got, true, nil
}
