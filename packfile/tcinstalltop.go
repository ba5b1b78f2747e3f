package packfile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

func (c *tcInstallCheck) checkLanguage() {
	const key, code = "programLanguage", "TC-INS-01"
	v := memberOr(c.root, key)
	known, ok := tcInstallLanguages.find(c.programLanguage)
	switch {
	case c.programLanguage == "":
		c.report(v, Finding{
			Code: code, Field: key, Message: "install.json does not say in which language the app is written.",
			Fix: fmt.Sprintf("Set %s to %s.", key, tcInstallLanguages),
		})
	case !ok:
		c.report(v, Finding{
			Code: code, Field: key, Message: fmt.Sprintf("The platform knows no language “%s”.", shorten(c.programLanguage)),
			Fix: fmt.Sprintf("Set %s to %s.", key, tcInstallLanguages),
		})
	case known != c.programLanguage:
		c.reportCase(v, code, key, c.programLanguage, known)
	}
	if c.runsAt("ThirdParty") && ok && known != "NONE" {
		c.report(v, Finding{
			Code: code, Field: key, Message: fmt.Sprintf("A third-party app has no language of its own, but this one says “%s”.", known),
			Fix: "Set programLanguage to NONE.",
		})
	}
}

// reportCase reports a name that is known in another case.
func (c *tcInstallCheck) reportCase(v *jsonValue, code, field, written, known string) {
	c.report(v, Finding{
		Code: code, Severity: SeverityWarning, Field: field,
		Message: fmt.Sprintf("“%s” is not written as the platform writes it.", shorten(written)),
		Fix:     fmt.Sprintf("Write “%s”.", known),
	})
}

func (c *tcInstallCheck) checkLevels() {
	const key, code = "runtimeLevel", "TC-INS-01"
	fix := fmt.Sprintf("Set %s to %s.", key, tcInstallLevels)
	v := c.root.member(key)
	written := v.strings()
	if len(written) == 0 || (len(written) == 1 && strings.TrimSpace(written[0]) == "") {
		c.report(memberOr(c.root, key), Finding{Code: code, Field: key, Message: "install.json does not say where the app runs.", Fix: fix})
		return
	}
	for i, level := range written {
		known, ok := tcInstallLevels.find(strings.TrimSpace(level))
		switch {
		case !ok:
			c.report(v, Finding{Code: code, Field: key, Message: fmt.Sprintf("The platform knows no runtime level “%s”.", shorten(level)), Fix: fix})
		case !strings.EqualFold(known, "WebhookTriggerService") && known != level: // the vendor itself writes that one in two ways
			c.reportCase(v, code, key, level, known)
		case len(written) > 1 && !slices.Contains(tcInstallSharedLevels, c.levels[i]):
			c.report(v, Finding{
				Code: code, Field: key, Message: fmt.Sprintf("An app that runs at the level “%s” runs at no other besides.", known),
				Fix: fmt.Sprintf("Name one runtime level; only %s may stand together.", strings.Join(tcInstallSharedLevels, " and ")),
			})
		}
	}
	if v.is(jsonArray) {
		c.report(v, Finding{
			Code: code, Severity: SeverityWarning, Field: key, Message: "runtimeLevel is a list, as in old apps.",
			Fix: "Write the one level as a text; today's packager takes nothing else.",
		})
	}
}

// checkMain wants programMain: without it most apps can't start, and today's packager wants it of all.
func (c *tcInstallCheck) checkMain() {
	if c.programMain != "" {
		return
	}
	severity := SeverityWarning
	if language, _ := tcInstallLanguages.find(c.programLanguage); slices.Contains(tcInstallStarted, language) && !c.runsAt("ThirdParty") {
		severity = SeverityError
	}
	c.report(memberOr(c.root, "programMain"), Finding{
		Code: "TC-INS-02", Severity: severity, Field: "programMain", Message: "install.json does not say what starts the app.",
		Fix: "Set programMain to the module, class or playbook that starts the app.",
	})
}

// checkAdvised wants what today's packager asks of every app, and the platform of none.
func (c *tcInstallCheck) checkAdvised() {
	for _, want := range []struct{ key, fix string }{
		{"features", "Add a list of features; the packager fills it in."},
		{"listDelimiter", "Add listDelimiter, usually “|”: it parts the values of a parameter that takes many."},
		{"languageVersion", "Add languageVersion, as in “3.11”: the platform runs the app by it."},
	} {
		if !c.root.member(want.key).given() {
			c.report(c.root, Finding{
				Code: "TC-INS-03", Field: want.key, Message: fmt.Sprintf("install.json has no %s.", want.key), Fix: want.fix,
			})
		}
	}
}

var tcInstallPath = regexp.MustCompile(`^[A-Za-z0-9_.]+$`)

func (c *tcInstallCheck) checkPath() {
	if !c.runsAt("ApiService") || tcInstallPath.MatchString(c.displayPath) {
		return
	}
	message := "An API service needs a displayPath: the address that it is reached by."
	if c.displayPath != "" {
		message = fmt.Sprintf("The displayPath “%s” can't be part of an address.", shorten(c.displayPath))
	}
	c.report(memberOr(c.root, "displayPath"), Finding{
		Code: "TC-INS-09", Field: "displayPath", Message: message, Fix: "Set displayPath to letters, digits, dots and underscores only.",
	})
}

func (c *tcInstallCheck) checkServerVersion() {
	v := c.root.member("minServerVersion")
	if !v.given() || threePartVersion.MatchString(c.minServerVersion) {
		return
	}
	c.report(v, Finding{
		Code: "TC-INS-13", Field: "minServerVersion",
		Message: fmt.Sprintf("The minServerVersion %s is not three whole numbers, as in 7.2.0.", shorten(c.tree.written(v))),
		Fix:     "Write the oldest server version that the app runs on as major.minor.patch.",
	})
}
