package main

// The examples in the help of the commands that people begin with. Each line that begins with packtide can be typed as it is,
// with other names.

// Help shows how to sign in.
func (loginCmd) Help() string {
	return `For example, with a token of the settings page:

    packtide login https://packs.example.com
    packtide login https://packs.example.com --token-file token --profile staging`
}

// Help shows how to upload.
func (packagesPushCmd) Help() string {
	return `For example:

    packtide packages push dist/google_sheets.zip --shareable
    packtide packages push --if-new --shareable dist/*.zip
    packtide packages push notes.zip --name "Acme Notes" --version 1.0.0`
}

// Help shows how to make a pack.
func (packCreateCmd) Help() string {
	return `For example, with what comes next:

    packtide pack create "Sheet Reports" --support-contact help@example.com
    packtide pack add "Sheet Reports" google_sheets
    packtide group add-pack "All accounts" "Sheet Reports"
    packtide release "Sheet Reports" --now --dry-run`
}

// Help shows how to release.
func (releaseCmd) Help() string { return releaseExamples }

// Help shows how to release.
func (releaseCreateCmd) Help() string { return releaseExamples }

const releaseExamples = `For example:

    packtide release "Sheet Reports" --on 2027-01-31 --dry-run
    packtide release "Sheet Reports" --on 2027-01-31 --notes-file notes.md
    packtide release "Sheet Reports" --now --content google_sheets=15.0.0
    packtide release "Sheet Reports" --now --newest --wait`

// Help shows how to install.
func (attachCmd) Help() string {
	return `For example, then to try what is in testing:

    packtide attach "Sheet Reports" --environment production
    packtide opt-in "Sheet Reports"`
}

// Help shows what can be asked.
func (installBaseCmd) Help() string {
	return `For example:

    packtide install-base --pack "Sheet Reports" --state waiting
    packtide install-base --at "2027-01-31 14:00" --csv`
}

// Help shows how an agent is started.
func (agentRunCmd) Help() string {
	return `For example:

    packtide agent --server https://packs.example.com --token-file token --dir agent --attachment 019a9f4e-7c10-7d3a-8b52-0d6a1c9e4f21`
}
