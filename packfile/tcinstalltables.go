package packfile

// What the vendor's tools know of install.json and layout.json: the union of what the platform's Java library, the
// packager's model and its older schema name, each name as its vendor writes it.

// tabled is a list of names that are known in one case.
type tabled []string

var (
	tcInstallLanguages = tabled{"PYTHON", "JAVA", "NONE", "NATIVE", "PLAYBOOK"}

	// Languages whose apps can't start without a programMain.
	tcInstallStarted = tabled{"PYTHON", "JAVA", "PLAYBOOK"}

	tcInstallLevels = tabled{
		"Organization", "Playbook", "ApiService", "FeedApiService", "TriggerService", "WebhookTriggerService",
		"System", "SpaceOrganization", "SpaceSystem", "Internal", "StixParser", "ThirdParty", "PlaybookOperator", "AdminService",
	}

	// The only levels that may stand together.
	tcInstallSharedLevels = tabled{"Organization", "SpaceOrganization"}

	tcInstallParamTypes = tabled{
		"Boolean", "Choice", "EditChoice", "KeyValueList", "MultiChoice", "String", "StringMixed",
	}

	// Parameters of these types offer validValues and nothing else.
	tcInstallChoices = tabled{"Choice", "MultiChoice"}

	tcInstallExposedTypes = tabled{
		"Binary", "BinaryArray", "KeyValue", "KeyValueArray", "String", "StringArray", "TCEntity", "TCEntityArray",
	}

	tcInstallVariableTypes = tabled{
		"String", "StringArray", "Binary", "BinaryArray", "KeyValue", "KeyValueArray", "TCEntity", "TCEntityArray",
		"TCEnhancedEntity", "TCEnhancedEntityArray",
	}

	tcInstallActionsAtMinimum = tabled{"None", "Delete", "Inactive"}
)

// The keys of each object.
var (
	tcInstallKeys = tabled{
		"allowOnDemand", "allowRunAsUser", "apiUserTokenParam", "appId", "applicationName", "category", "commitHash", "deprecatesApps",
		"deprecation", "displayName", "displayPath", "docker", "dockerImage", "features", "feeds", "javaClasspath", "labels",
		"languageVersion", "layout", "listDelimiter", "mainAppClass", "minServerVersion", "note", "params", "playbook",
		"programIcon", "programLanguage", "programMain", "programName", "programVersion", "publishOutFiles", "releaseNotes",
		"repeatingMinutes", "runtimeContext", "runtimeLevel", "sdkVersion", "service", "tokenExpireOffsetMinutes",
	}
	tcInstallParamKeys = tabled{
		"allowMultiple", "allowNested", "default", "encrypt", "exposePlaybookKeyAs", "feedDeployer", "hidden", "intelType",
		"label", "name", "note", "playbookDataType", "required", "sequence", "serviceConfig", "setup", "type", "validValues",
		"viewRows", "viewType",
	}
	tcInstallPlaybookKeys = tabled{"outputPrefix", "outputVariables", "retry", "type"}
	tcInstallOutputKeys   = tabled{"encrypt", "intelType", "name", "note", "sensitive", "type"}
	tcInstallRetryKeys    = tabled{"actions", "allowed", "defaultDelayMinutes", "defaultMaxRetries"}
	tcInstallServiceKeys  = tabled{"discoveryTypes"}
	tcInstallFeedKeys     = tabled{
		"attributesFile", "deprecation", "documentStorageLimitMb", "enableBulkJson", "firstRunParams", "indicatorLimit",
		"jobFile", "sourceCategory", "sourceDescription", "sourceName",
	}

	tcLayoutKeys        = tabled{"inputs", "outputs"}
	tcLayoutSectionKeys = tabled{"parameters", "sequence", "title"}
	tcLayoutItemKeys    = tabled{"display", "hidden", "name"}
)

// The members of a parameter that are true or false.
var tcInstallParamFlags = tabled{
	"allowMultiple", "allowNested", "encrypt", "feedDeployer", "hidden", "required", "serviceConfig", "setup",
}

// tcInstallFeature is what the vendor's tools say of a feature.
type tcInstallFeature struct {
	levels     tabled // the runtime levels that it means something for; nil for all
	deprecated bool
}

var (
	tcInstallPlaybookOnly = tabled{"Playbook"}
	tcInstallEdited       = tabled{"Playbook", "TriggerService", "WebhookTriggerService"}
	tcInstallWebhookOnly  = tabled{"WebhookTriggerService"}
)

const (
	featureLayout = "layoutEnabledApp"
	featureSMTP   = "smtpSettings"
	featureSecure = "secureParams"
)

var tcInstallFeatures = map[string]tcInstallFeature{
	"advancedRequest":           {levels: tcInstallPlaybookOnly},
	"aotExecutionEnabled":       {deprecated: true},
	"appBuilderCompliant":       {levels: tcInstallEdited},
	"CALSettings":               {},
	"embeddedExecutionEnabled":  {},
	"fileParams":                {},
	"instanceUUID":              {},
	featureLayout:               {levels: tcInstallEdited},
	"linkApiPath":               {levels: tabled{"ApiService", "FeedApiService"}},
	"redisPasswordSupport":      {},
	"restrictAppBuilder":        {},
	"runtimeVariables":          {levels: tcInstallPlaybookOnly},
	featureSecure:               {},
	featureSMTP:                 {},
	"webhookDeactivateResponse": {levels: tcInstallWebhookOnly},
	"webhookResponseMarshall":   {levels: tcInstallWebhookOnly},
	"webhookServiceEndpoint":    {levels: tcInstallWebhookOnly},
	"CreatesGroup":              {levels: tcInstallPlaybookOnly},
	"CreatesIndicator":          {levels: tcInstallPlaybookOnly},
	"CreatesSecurityLabel":      {levels: tcInstallPlaybookOnly},
	"CreatesTag":                {levels: tcInstallPlaybookOnly},
	"CreatesVictim":             {levels: tcInstallPlaybookOnly},
	"DeletesGroup":              {levels: tcInstallPlaybookOnly},
	"DeletesIndicator":          {levels: tcInstallPlaybookOnly},
	"DeletesSecurityLabel":      {levels: tcInstallPlaybookOnly},
	"DeletesTag":                {levels: tcInstallPlaybookOnly},
	"DeletesVictim":             {levels: tcInstallPlaybookOnly},
}
