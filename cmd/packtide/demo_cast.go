package main

import (
	"packtide/release"
)

// demoPublisher is one of the demo's publishers with all that it makes.
type demoPublisher struct {
	name, zone   string
	person, mail string // who works there
	groups       []demoGroup
	packages     []demoPackage
	packs        []demoPack
}

// demoGroup is an account group: every account whose number leaves one of the remainders.
type demoGroup struct {
	name       string
	of         int
	remainders []int
}

// demoPack is one pack with its releases, oldest first.
type demoPack struct {
	name, about string
	multiple    bool
	daysAgo     int
	packages    []string
	groups      []string // the built-in one is called release.EveryoneName
	noContact   bool
	releases    []demoRelease
	optIns      int // to the release that is pending now
}

// demoRelease is one decision on a pack.
type demoRelease struct {
	daysAgo   int // when it was decided
	version   string
	notes     string
	dueAfter  int    // days until its midnight; 0: released at once
	withdrawn int    // days after the decision; 0: never
	reason    string // of the withdrawal
	from      string // version of the release whose contents come again; empty: the newest of everything
}

// demoAccount is a managed account.
type demoAccount struct{ name, zone, admin string }

// The accounts that the story names.
const (
	demoFirstAccount = "Aldgate Insurance"     // whose admin the visitor is
	demoMovedAccount = "Quayside Credit Union" // leaves a group with what it has installed (R30)
)

func demoAccounts() []demoAccount {
	return []demoAccount{
		{demoFirstAccount, "Europe/London", "Grace Okafor"},
		{"Banque du Léman", "Europe/Zurich", "Luc Favre"},
		{"Nordlys Energi", "Europe/Oslo", "Ingrid Dahl"},
		{"Helsinki Harbour Authority", "Europe/Helsinki", "Mikael Lehto"},
		{"Tejo Telecom", "Europe/Lisbon", "Inês Carvalho"},
		{"Atlantic Ferries", "Atlantic/Azores", "Rui Medeiros"},
		{"Prague Transit", "Europe/Prague", "Jana Nováková"},
		{"Athena Shipping", "Europe/Athens", "Nikos Pappas"},
		{"Bosphorus Bank", "Europe/Istanbul", "Elif Demir"},
		{"Cairo Trust Bank", "Africa/Cairo", "Omar Fathy"},
		{"Casbah Logistics", "Africa/Casablanca", "Salma Idrissi"},
		{"Lagos Fintech Hub", "Africa/Lagos", "Tunde Adeyemi"},
		{"Savanna Mobile", "Africa/Nairobi", "Wanjiru Kamau"},
		{"Cape Mutual", "Africa/Johannesburg", "Pieter Botha"},
		{"Khorasan Relief Network", "Asia/Kabul", "Farid Rahimi"},
		{"Gulf Air Cargo", "Asia/Dubai", "Layla Haddad"},
		{"Himal Airways", "Asia/Kathmandu", "Sunita Gurung"},
		{"Deccan Retail", "Asia/Kolkata", "Arjun Reddy"},
		{"Lanka Ports", "Asia/Colombo", "Nimal Perera"},
		{"Irrawaddy Textiles", "Asia/Yangon", "Thiri Aung"},
		{"Siam Health", "Asia/Bangkok", "Anong Suksai"},
		{"Straits Clearing", "Asia/Singapore", "Wei Ling Tan"},
		{"Pearl River Electronics", "Asia/Hong_Kong", "Ka Ho Chan"},
		{"Sakura Life", "Asia/Tokyo", "Yuki Tanaka"},
		{"Hanok Games", "Asia/Seoul", "Min-jun Seo"},
		{"Barossa Wines", "Australia/Adelaide", "Holly Kerr"},
		{"Outback Rail", "Australia/Darwin", "Jack Milne"},
		{"Harbour City Council", "Australia/Sydney", "Zoe Papadakis"},
		{"Lord Howe Lodges", "Australia/Lord_Howe", "Ben Thorne"},
		{"Kiwi Trust", "Pacific/Auckland", "Aroha Ngata"},
		{"Chatham Fisheries", "Pacific/Chatham", "Sam Tuuta"},
		{"Apia Trading", "Pacific/Apia", "Sina Faleolo"},
		{"Aloha Clinics", "Pacific/Honolulu", "Keola Akana"},
		{"Cascade Health", "America/Los_Angeles", "Dana Whitfield"},
		{"Mesa Water Utility", "America/Phoenix", "Luis Ortega"},
		{"Prairie Grain", "America/Chicago", "Emma Lindqvist"},
		{demoMovedAccount, "America/Toronto", "Noah Tremblay"},
		{"Grand Banks Seafood", "America/St_Johns", "Molly Power"},
		{"Andes Mining", "America/Santiago", "Catalina Rojas"},
		{"Rio Pagamentos", "America/Sao_Paulo", "Rafael Souza"},
	}
}

func demoPublishers() []demoPublisher {
	return []demoPublisher{meridian(), harborPoint(), sahyadri()}
}

func meridian() demoPublisher {
	return demoPublisher{
		name: "Meridian Connect", zone: "Europe/Paris", person: "Camille Laurent", mail: "camille@meridian.example",
		groups:   []demoGroup{{"Banks and insurers", 5, []int{0, 1, 3}}, {"Pilot partners", 4, []int{2}}, {"Public sector", 6, []int{4, 5}}},
		packages: meridianPackages(),
		packs:    meridianPacks(),
	}
}

func meridianPackages() []demoPackage {
	return []demoPackage{
		{"Atlassian Jira", "secops", "Opens, updates and closes issues in Jira.", []demoVersion{
			{205, "10.0", "First version for partners."},
			{150, "11.0", "Comments keep their line breaks."},
			{96, "12.0", "New action: link an issue to another."},
			{40, "13.0", "Fewer calls per issue; works with Jira Cloud and Data Center."},
			{5, "14.0", "Transitions are looked up by name; the field “Transition id” is gone."},
		}},
		{"Meridian ServiceNow Incidents", "threatconnect", "Keeps incidents in step with ServiceNow.", []demoVersion{
			{205, "1.0.0", "First version for partners."},
			{149, "1.1.0", "Assignment groups can be chosen by name."},
			{70, "1.1.1", "Attachments over 5 MB no longer stop the sync."},
			{6, "2.0.0", "Two-way comments. Needs ServiceNow Xanadu or later."},
		}},
		{"Meridian Slack Messages", "threatconnect", "Posts to channels and threads.", []demoVersion{
			{205, "1.0.0", "First version for partners."},
			{97, "1.2.0", "Messages can be updated in place."},
			{41, "1.3.0", "Long messages are split at paragraphs."},
		}},
		{"Google Sheets", "secops", "Reads and writes rows of a sheet.", []demoVersion{
			{190, "15.0", "First version for partners."},
			{120, "16.0", "New action: find a row by its key."},
			{62, "17.0", "Rows are written in one request."},
			{3, "18.0", "Dates keep their time zone."},
		}},
		{"Meridian Mail Reports", "threatconnect", "Sends a weekly report by mail.", []demoVersion{
			{190, "1.0.0", "First version for partners."},
			{119, "1.0.1", "The subject line keeps its accents."},
			{61, "1.1.0", "Charts in the report."},
		}},
		{"Meridian Partner Directory", "threatconnect", "Looks partners up by domain.", []demoVersion{
			{12, "0.9.0", "A first look for colleagues."},
			{3, "0.9.1", "Asks for the domain in a form of its own."},
		}},
	}
}

func meridianPacks() []demoPack {
	return []demoPack{
		{
			name: "Incident Desk", about: "From an alert to a ticket and back: Jira, ServiceNow and Slack as one.", daysAgo: 200, optIns: 13,
			packages: []string{"Atlassian Jira", "Meridian ServiceNow Incidents", "Meridian Slack Messages"},
			groups:   []string{"Banks and insurers", "Pilot partners"},
			releases: []demoRelease{
				{daysAgo: 198, version: "1.0.0", notes: "The first release: tickets in Jira and ServiceNow, messages in Slack."},
				{daysAgo: 148, version: "1.1.0", dueAfter: 7, notes: "Choose ServiceNow's assignment group by name. Jira comments keep their line breaks."},
				{daysAgo: 94, version: "1.2.0", dueAfter: 10, notes: "Link Jira issues to each other. Slack messages are updated in place instead of repeated."},
				{daysAgo: 68, version: "1.2.1", notes: "Mends the ServiceNow sync, which stopped at attachments over 5 MB."},
				{daysAgo: 38, version: "1.3.0", dueAfter: 7, notes: "Fewer calls to Jira, and long Slack messages are split at paragraphs."},
				{daysAgo: 4, version: "2.0.0", dueAfter: 7, notes: "Comments go both ways between your incidents and ServiceNow; this needs ServiceNow Xanadu or later.\nJira transitions are chosen by name: check the playbooks that use “Transition id” before the date."},
			},
		},
		{
			name: "Sheet Reports", about: "Weekly reports from a Google sheet, by mail.", multiple: true, daysAgo: 189,
			packages: []string{"Google Sheets", "Meridian Mail Reports"}, groups: []string{release.EveryoneName},
			releases: []demoRelease{
				{daysAgo: 188, version: "1.0.0", notes: "The first release."},
				{daysAgo: 117, version: "1.1.0", dueAfter: 6, notes: "Find rows by their key. Subject lines keep their accents."},
				{daysAgo: 60, version: "1.2.0", notes: "Charts in the report, and rows are written in one request."},
				{daysAgo: 57, version: "1.2.1", from: "1.1.0", notes: "Back to the contents of 1.1.0: charts came out empty for sheets with hidden rows."},
				{daysAgo: 45, version: "1.3.0", from: "1.2.0", notes: "Charts again, after Google has mended the reading of hidden rows."},
			},
		},
		{
			name: "Partner Hub", about: "Partners and their contacts, in the making.", multiple: true, daysAgo: 11, noContact: true,
			packages: []string{"Meridian Partner Directory", "Meridian Slack Messages"}, groups: []string{"Pilot partners"},
		},
	}
}

func harborPoint() demoPublisher {
	return demoPublisher{
		name: "Harbor Point Integrations", zone: "America/New_York", person: "Daniel Reyes", mail: "daniel@harborpoint.example",
		groups: []demoGroup{{"Early responders", 3, []int{1}}, {"Worldwide response", 2, []int{0}}},
		packages: []demoPackage{
			{"Harbor Phishing Mailbox", "threatconnect", "Takes reported mails apart.", []demoVersion{
				{180, "1.0.0", "First version."},
				{110, "1.1.0", "Reads mails inside mails."},
				{66, "2.0.0", "New verdicts; the output “score” has gone."},
				{30, "2.0.1", "The output “score” is back beside the verdicts."},
			}},
			{"VirusTotal Lookups", "secops", "Reputation of files, domains and addresses.", []demoVersion{
				{180, "30.0", "First version."},
				{65, "31.0", "Domains are looked up together."},
				{29, "32.0", "Keeps within the daily quota."},
			}},
			{"Harbor Feed Collector", "threatconnect", "Collects indicators from feeds.", []demoVersion{
				{160, "3.1.0", "First version."},
				{90, "3.2.0", "TAXII 2.1 feeds."},
				{9, "3.3.0", "Feeds are read side by side."},
			}},
		},
		packs: []demoPack{
			{
				name: "Phishing Response", about: "From the reported mail to the verdict.", multiple: true, daysAgo: 179,
				packages: []string{"Harbor Phishing Mailbox", "VirusTotal Lookups"}, groups: []string{"Early responders", "Worldwide response"},
				releases: []demoRelease{
					{daysAgo: 178, version: "1.0.0", notes: "The first release."},
					{daysAgo: 108, version: "1.1.0", dueAfter: 7, notes: "Mails inside mails are read too."},
					{daysAgo: 64, version: "2.0.0", dueAfter: 14, withdrawn: 4, reason: "Early responders rely on the output “score”, which this release removes.", notes: "New verdicts."},
					{daysAgo: 27, version: "2.1.0", dueAfter: 7, notes: "New verdicts beside the old score. Lookups keep within your daily quota."},
				},
			},
			{
				name: "Threat Feeds", about: "Indicators from commercial and open feeds.", daysAgo: 159,
				packages: []string{"Harbor Feed Collector"}, groups: []string{"Worldwide response"},
				releases: []demoRelease{
					{daysAgo: 158, version: "1.0.0", notes: "The first release."},
					{daysAgo: 88, version: "1.1.0", dueAfter: 5, notes: "Reads TAXII 2.1."},
				},
			},
		},
	}
}

func sahyadri() demoPublisher {
	return demoPublisher{
		name: "Sahyadri Software", zone: "Asia/Kolkata", person: "Ananya Rao", mail: "ananya@sahyadri.example",
		groups: []demoGroup{{"Asia and Pacific", 2, []int{1}}},
		packages: []demoPackage{
			{"Okta Identity", "secops", "People, groups and sessions in Okta.", []demoVersion{
				{140, "8.0", "First version."},
				{80, "9.0", "New action: end all sessions of a person."},
				{26, "10.0", "Groups are read page by page."},
			}},
			{"Sahyadri Access Review", "threatconnect", "Asks managers who needs which access.", []demoVersion{
				{140, "1.0.0", "First version."},
				{50, "1.1.0", "Reminders after a week."},
				{22, "1.1.1", "Reminders no longer go to people who have left."},
			}},
			{"Sahyadri Cloud Inventory", "threatconnect", "Lists what runs in the cloud.", []demoVersion{{15, "1.0.0", "First version."}}},
		},
		packs: []demoPack{
			{
				name: "Identity Guard", about: "Reviews of access, and quick locks.", daysAgo: 139,
				packages: []string{"Okta Identity", "Sahyadri Access Review"}, groups: []string{"Asia and Pacific"},
				releases: []demoRelease{
					{daysAgo: 138, version: "1.0.0", notes: "The first release."},
					{daysAgo: 78, version: "1.1.0", dueAfter: 4, notes: "End all sessions of a person with one action."},
					{daysAgo: 25, version: "1.2.0", dueAfter: 9, notes: "Large groups, and reminders after a week."},
					{daysAgo: 21, version: "1.2.1", notes: "Takes the place of 1.2.0, which reminded people who have left."},
				},
			},
			{
				name: "Cloud Posture", about: "What runs where, and who may reach it.", daysAgo: 14,
				packages: []string{"Sahyadri Cloud Inventory"}, groups: []string{"Asia and Pacific"},
				releases: []demoRelease{{daysAgo: 2, version: "1.0.0", dueAfter: 11, notes: "The first release."}}, // R21
			},
		},
	}
}
