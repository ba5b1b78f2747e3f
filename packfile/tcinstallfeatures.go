package packfile

import (
	"fmt"
	"maps"
	"slices"
)

// checkKeys wants nothing in install.json that nobody reads.
func (c *tcInstallCheck) checkKeys() {
	const code = "TC-INS-11"
	c.unknownKeys(c.root, "", tcInstallKeys, code)
	playbook := c.root.member("playbook")
	c.unknownKeys(playbook, "playbook", tcInstallPlaybookKeys, code)
	c.unknownKeys(playbook.member("retry"), "playbook.retry", tcInstallRetryKeys, code)
	c.unknownKeys(c.root.member("service"), "service", tcInstallServiceKeys, code)
	for _, p := range c.params {
		c.unknownKeys(p.node, p.field, tcInstallParamKeys, code)
	}
	for _, o := range c.outputs {
		c.unknownKeys(o.node, o.field, tcInstallOutputKeys, code)
	}
	for _, f := range c.feeds {
		c.unknownKeys(f.node, f.field, tcInstallFeedKeys, code)
	}
}

// checkFeatures wants features that the vendor knows and that mean something for the app.
func (c *tcInstallCheck) checkFeatures() {
	const code = "TC-INS-12"
	list := c.root.member("features")
	if features := (tcListForm{code: code, field: "features", of: "texts"}); !features.check(list, c.report) {
		return
	}
	for i, item := range list.list() {
		c.checkFeature(item, fmt.Sprintf("features[%d]", i))
	}
	has := func(feature string) bool { return slices.Contains(c.features, feature) }
	at := memberOr(c.root, "features")
	if has(featureSMTP) && !has(featureSecure) {
		c.report(at, Finding{
			Code: code, Field: "features", Message: "The app takes the settings of the mail server without taking its parameters securely.",
			Fix: "Add secureParams: the platform wants it beside smtpSettings.",
		})
	}
	if c.hasLayout && !has(featureLayout) && !c.unmade {
		c.report(at, Finding{
			Code: code, Field: "features", Message: "The app has a layout.json, but not the feature layoutEnabledApp: the platform may not use the layout.",
			Fix: "Add layoutEnabledApp to features, or take layout.json out.",
		})
	}
	if !c.hasLayout && has(featureLayout) {
		c.report(at, Finding{
			Code: code, Field: "features", Message: "The app has the feature layoutEnabledApp, but no layout.json.",
			Fix: "Add layout.json to the package, or take layoutEnabledApp out of features.",
		})
	}
}

func (c *tcInstallCheck) checkFeature(item *jsonValue, field string) {
	const code = "TC-INS-12"
	if !item.is(jsonString) {
		c.report(item, Finding{
			Code: code, Field: field, Message: fmt.Sprintf("The feature is %s; it must be a text.", item.kind), Fix: "Write its name in quotes, or take it out.",
		})
		return
	}
	feature, ok := tcInstallFeatures[item.text]
	switch {
	case !ok:
		fix := "Take it out, unless your platform is newer than these rules."
		if !c.full(code) {
			if meant := closest(item.text, slices.Sorted(maps.Keys(tcInstallFeatures))); meant != "" {
				fix = fmt.Sprintf("Did you mean “%s”?", meant)
			}
		}
		c.report(item, Finding{Code: code, Field: field, Message: fmt.Sprintf("The feature “%s” is not known.", shorten(item.text)), Fix: fix})
	case feature.deprecated:
		c.report(item, Finding{
			Code: code, Field: field, Message: fmt.Sprintf("The feature %s means nothing any more.", item.text), Fix: "Take it out; today's packager does.",
		})
	case feature.levels != nil && len(c.levels) > 0 && !slices.ContainsFunc(c.levels, func(level string) bool { return slices.Contains(feature.levels, level) }):
		c.report(item, Finding{
			Code: code, Field: field, Message: fmt.Sprintf("The feature %s means nothing for an app that runs at the level “%s”.", item.text, shorten(c.runtimeLevel)),
			Fix: fmt.Sprintf("Take it out; it is for apps at the level %s.", feature.levels),
		})
	}
}
