// Package release holds the rules of the product: what packages, packs, releases, groups, attachments and opt-ins may become,
// decided by pure functions that take the instant and the actor as arguments, and the use cases around them (Service): lock,
// decide, save, in one transaction with its audit events.
//
// The one idea: a pack is maintained as one instance for its whole install base. What an attachment runs is derived:
//
//	the pending release, if the attachment has opted in to it; else the pack's current release
//
// so that applying a release is one small change, whatever the number of accounts.
//
// A release moves so (R13), and in no other way:
//
//	         schedule               midnight, or before it
//	draft ─────────────▶ pending ─────────────────────▶ released
//	  │                     │ │                            ▲
//	  │                     │ └─ immediate ─▶ superseded   │
//	  │                     └─── withdraw ──▶ withdrawn    │
//	  └───────────────────── release now ──────────────────┘
//
// Where each rule of the product is enforced:
//
//	R1–R3, R5        package.go, uploading.go, version.go
//	R4               comparing.go (errors block sharing); packfile compares and checks
//	R10              together.go; packfile finds what does not fit
//	R12              counting.go: which versions the server counts; packfile tells of which packages it may
//	R6–R9, R11       pack.go, packing.go, composing.go (several changes in one request)
//	R13–R16, R18–R24 release.go (states), releasing.go (decisions), drafting.go, outright.go, composing.go, deciding.go, clock.go (use cases)
//	R15, R22, R28    rehearsal.go says beforehand what a release would do to whom
//	R17              midnight.go, date.go, zone.go
//	R25–R30          attachment.go, installing.go, several.go (many at one click), grouping.go
//	R6, R25          also environment.go: the labels of attachments
//	R31              feedback.go
//	R6, R22, R24     also drafting.go (what may be prepared again); packpage.go keeps how large install bases were, by day
//	R32              listing_history.go, listing_past.go (the shapes), store (the queries)
//	R25, R32         why.go and why_steps.go: the questions that lead to why an account runs what it runs, or does not have a pack
//	R33              audit.go; every use case
//	R34              actor.go; saved_view.go: what readers too may keep for themselves; viewing.go: looking as an account's people
//	R32              also observed.go: what the platforms of accounts report that they run, beside what they should
//	R35              evidence.go, evidence_given.go: what a publisher demands before a release is decided, and what was given for it
//	without a rule   account.go, signing.go: tokens, and what a program may do with one; once.go: what a program asks for twice
//	                 is done once; notice.go: what others are told of; mail.go, mail_*.go: which people hear of it by e-mail;
//	                 webhook.go, webhook_*.go: which programs do, and what becomes of those that do not answer
package release
