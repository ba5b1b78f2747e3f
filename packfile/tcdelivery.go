package packfile

// How a package of ThreatConnect's gets to its users: outside the platform, by its publisher, or inside, through the
// vendor's repositories. No file tells; the publisher says it once in the settings (TC-DLV-01 to TC-DLV-04).

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
)

// The settings that tell how packages are delivered.
const (
	tcDelivery      = "threatconnect.delivery"
	tcAccess        = "threatconnect.access"
	tcDocumentation = "threatconnect.documentation"
	tcPublished     = "threatconnect.published"
	tcRepository    = "threatconnect.repository"
	tcPullRequest   = "threatconnect.pull-request"
	tcReview        = "threatconnect.review"
	tcSupport       = "threatconnect.support"
	tcPackaging     = "threatconnect.packaging"
)

// Values of the settings.
const (
	tcOutside, tcInside         = "outside", "inside"
	tcSupportVendor             = "threatconnect"
	tcByExport, tcByApp, tcByTC = "export", "app-builder", "tcpackage"
)

// tcSettings are the settings of ThreatConnect's rules.
func tcSettings() []Setting {
	free := func(key, label, help string) Setting { return Setting{Key: key, Label: label, Help: help, Free: true} }
	return append(tcNameSettings(),
		Setting{
			Key: tcDelivery, Label: "Delivery", Help: "How your packages get to their users; each way asks for other things.",
			Choices: []Choice{{"", "Not told"}, {tcOutside, "Outside the platform, by us"}, {tcInside, "Inside the platform, through ThreatConnect's repositories"}},
		},
		free(tcAccess, "Access instructions", "Outside: how users get the package, as a link or a short text."),
		free(tcDocumentation, "Documentation", "Outside: a link to the guide for users."),
		free(tcPublished, "Where published", "Outside: a link to the place, or its name."),
		free(tcRepository, "Your repository", "Inside: the GitHub address of your deliverables."),
		free(tcPullRequest, "Pull request", "Inside: its address in the ThreatConnect repository for this kind of package."),
		Setting{
			Key: tcReview, Label: "Review", Help: "Inside: what a Solutions Engineer of ThreatConnect has said of the pull request.",
			Choices: []Choice{{"", "Not told"}, {"open", "Open"}, {"approved", "Approved"}},
		},
		Setting{
			Key: tcSupport, Label: "Support contact", Help: "Who helps the users.",
			Choices: []Choice{{"", "Not told"}, {tcSupportVendor, "ThreatConnect Customer Success"}, {"partner", "Us, the partner"}},
		},
		Setting{
			Key: tcPackaging, Label: "Packaging method", Help: "How the files are made; without it, what the file shows counts.",
			Choices: []Choice{{"", "As the file shows"}, {tcByExport, "Playbook export (PBX)"}, {tcByApp, "App Builder release (TCX)"}, {tcByTC, "tcex package (TCX)"}},
		},
	)
}

// tcCheckDelivery checks what the publisher says of the way to the users.
func (r *reading) tcCheckDelivery(src *source, form tcForm) {
	find := func(code string, severity Severity, message, fix string) {
		r.find(Finding{Code: code, Severity: severity, Path: src.wholePath(), Message: message, Fix: fix})
	}
	support := src.opts.setting(tcSupport)
	switch src.opts.setting(tcDelivery) {
	case tcOutside:
		for _, missing := range tcMissingOutside(src.opts) {
			find("TC-DLV-01", "", missing, "Fill it in, in the settings for ThreatConnect: users outside the platform have nothing else to go by.")
		}
		if support == "" {
			find("TC-DLV-03", "", "It is not told who supports the package: ThreatConnect or you.", "Choose the support contact in the settings for ThreatConnect.")
		}
	case tcInside:
		for _, wrong := range tcWrongInside(src.opts, r.manifest.Kind) {
			find("TC-DLV-02", "", wrong.message, wrong.fix)
		}
		if support != "" && support != tcSupportVendor {
			find("TC-DLV-03", "", "What is delivered inside the platform is supported by ThreatConnect Customer Success, not by its partner.",
				"Choose ThreatConnect Customer Success as support contact, in the settings for ThreatConnect.")
		}
	default:
		find("TC-DLV-01", SeverityInfo, "It is not told whether the package is delivered outside or inside the platform.",
			"Choose the delivery in the settings for ThreatConnect, to have checked what that way asks for.")
	}
	r.tcCheckPackaging(src, form)
}

func isLink(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && strings.Contains(u.Host, ".")
}

// tcMissingOutside says what a delivery outside the platform lacks.
func tcMissingOutside(opts Options) []string {
	var missing []string
	for _, need := range []struct {
		key, words string
		link       bool
	}{
		{tcAccess, "access instructions", false}, {tcDocumentation, "a link to the documentation", true}, {tcPublished, "the place where it is published", false},
	} {
		value := strings.TrimSpace(strings.ToValidUTF8(opts.setting(need.key), "\uFFFD"))
		switch {
		case value == "":
			missing = append(missing, fmt.Sprintf("A delivery outside the platform needs %s.", need.words))
		case need.link && !isLink(value):
			missing = append(missing, fmt.Sprintf("A delivery outside the platform needs %s; “%s” is no link.", need.words, shorten(value)))
		}
	}
	return missing
}

// tcRepositories are the vendor's repositories for pull requests, by the kind of the package.
var tcRepositories = map[string]string{
	"playbook": "threatconnect-playbooks", "playbook component": "threatconnect-playbooks", "workflow playbook": "threatconnect-playbooks",
	"playbook app": "threatconnect-playbooks", "App Builder app": "threatconnect-playbooks",
	"job app": "threatconnect-jobs", "space app": "threatconnect-spaces",
}

// tcOwners is who owns the vendor's repositories on GitHub.
const tcOwners = "ThreatConnect-Inc"

type tcWrong struct{ message, fix string }

// tcWrongInside says what a delivery through the vendor's repositories lacks.
func tcWrongInside(opts Options, kind string) []tcWrong {
	var wrong []tcWrong
	if owner, _ := gitHubRepository(opts.setting(tcRepository)); owner == "" {
		wrong = append(wrong, tcWrong{
			"A delivery inside the platform needs the GitHub address of your deliverables.",
			"Push the package to a repository of your own and give its address, https://github.com/<you>/<repository>, in the settings for ThreatConnect.",
		})
	}
	wanted := []string{"threatconnect-playbooks", "threatconnect-jobs", "threatconnect-spaces", "threatconnect-tools"}
	if own := tcRepositories[kind]; own != "" {
		wanted = []string{own}
	}
	request := opts.setting(tcPullRequest)
	owner, name := gitHubRepository(request)
	isRequest := strings.EqualFold(owner, tcOwners) && strings.Contains(request, "/pull/")
	if !isRequest || !slices.ContainsFunc(wanted, func(r string) bool { return strings.EqualFold(r, name) }) {
		wrong = append(wrong, tcWrong{
			fmt.Sprintf("A delivery inside the platform needs a pull request to %s, where users will find the %s.", tcOwners+"/"+strings.Join(wanted, " or "), kind),
			"Open the pull request and give its address in the settings for ThreatConnect.",
		})
	}
	if isRequest && opts.setting(tcReview) == "" {
		wrong = append(wrong, tcWrong{
			"It is not told whether the pull request is open or approved by a Solutions Engineer of ThreatConnect.",
			"Choose the state of the review in the settings for ThreatConnect.",
		})
	}
	return wrong
}

// gitHubRepository returns owner and name of the repository that a GitHub address is of, or nothing.
func gitHubRepository(address string) (owner, name string) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "https" || (u.Host != "github.com" && u.Host != "www.github.com") {
		return "", ""
	}
	parts := strings.Split(strings.Trim(path.Clean("/"+u.Path), "/"), "/")
	if len(parts) < 2 || parts[0] == "" || parts[1] == "" {
		return "", ""
	}
	return parts[0], strings.TrimSuffix(parts[1], ".git")
}

// tcCheckPackaging compares the way of packaging with the kind of the package. An App Builder export can be imported and
// built again, so nothing breaks, but users can't install it.
func (r *reading) tcCheckPackaging(src *source, form tcForm) {
	method := src.opts.setting(tcPackaging)
	f := Finding{Code: "TC-DLV-04", Path: src.wholePath(), Fix: "Choose the packaging method that made the file, in the settings for ThreatConnect, or upload the file that the method makes."}
	switch {
	case form == tcFormAbx:
		f.Message = "An App Builder export is an app's source, not a package that users install."
		f.Fix = "Release the app in App Builder, or build it by “tcex package”, and upload the app package (.tcx)."
	case method == "" || form == tcFormBundle:
		return
	case (form == tcFormPbx || form == tcFormPbxz) && method != tcByExport:
		f.Message = fmt.Sprintf("A %s is packaged by exporting it, not as an app package.", r.manifest.Kind)
	case form == tcFormApp && method == tcByExport:
		f.Message = "The file is an app package, which no playbook export makes."
	case form == tcFormApp && method == tcByApp && r.manifest.Kind != "playbook app":
		f.Message = fmt.Sprintf("App Builder makes playbook apps; a %s is packaged by “tcex package”.", r.manifest.Kind)
	default:
		return
	}
	r.find(f)
}
