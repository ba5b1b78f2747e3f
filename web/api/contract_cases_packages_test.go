package api

func packagesAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"listPackages": fixed(get(theSupport, "/packages?q=mail")),
		"uploadPackageVersion": fixed(attempt{as: thePublisher, path: "/packages/versions", form: &form{
			"desk.bin", []byte("desk"), map[string]string{"name": "Desk", "version": "1.0.0", "shareable": "true", "notes": "First."},
		}}),
		"getPackage":           func(k *walk) attempt { return get(thePublisherViewer, "/packages/%s", k.first.Package) },
		"listPackageVersions":  func(k *walk) attempt { return get(thePublisher, "/packages/%s/versions", k.first.Package) },
		"getPackageVersion":    func(k *walk) attempt { return get(thePublisher, "/package-versions/%s", k.first.ID) },
		"deletePackageVersion": func(k *walk) attempt { return get(thePublisher, "/package-versions/%s", k.unshared.ID) },
		"getArtifact":          staged(func(s *stage) attempt { return get(theAgent, "/package-versions/%s/artifact", s.first.ID) }),
		"getFindings":          func(k *walk) attempt { return get(thePublisher, "/package-versions/%s/findings", k.first.ID) },
		"comparePackageVersion": func(k *walk) attempt {
			return get(thePublisher, "/package-versions/%s/compare?with=%s", k.second.ID, k.first.ID)
		},
	}
}

func morePackagesAttempts() map[string][]oneStatus {
	return map[string][]oneStatus{
		"uploadPackageVersion": {
			fixedAt(422, attempt{as: thePublisher, path: "/packages/versions", form: &form{texts: map[string]string{"name": "No file"}}}),
			fixedAt(415, put(thePublisher, fields{}, "/packages/versions")),
		},
		"deletePackageVersion": {stagedAt(409, func(s *stage) attempt { return get(thePublisher, "/package-versions/%s", s.first.ID) })}, // R5
		"getArtifact": {
			{206, func(k *walk) attempt {
				a := get(thePublisher, "/package-versions/%s/artifact", k.first.ID)
				a.header = map[string]string{"Range": "bytes=0-3"}
				return a
			}},
			{416, func(k *walk) attempt {
				a := get(thePublisher, "/package-versions/%s/artifact", k.first.ID)
				a.header = map[string]string{"Range": "bytes=900-"}
				return a
			}},
		},
	}
}
