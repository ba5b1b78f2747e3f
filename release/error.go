package release

import (
	"errors"
	"fmt"
)

// Kind sorts refusals by what the caller can do about them; web maps each to one HTTP status.
type Kind int

// The kinds.
const (
	Invalid   Kind = iota + 1 // what was given cannot be accepted; mend the field
	Conflict                  // it was fine, but the world has moved on; look again
	Forbidden                 // this person may not
	NotFound                  // there is no such thing, or none that this person may see
	Throttled                 // too many attempts; wait
)

// Error is a refusal: expected, explained to the person in their words, and never logged as a fault.
type Error struct {
	Kind    Kind
	Rule    string // "R19"; empty where no rule of RULES.md stands behind it
	Field   string // the form field to mend; empty for the whole form
	Message string // a sentence that says what is wrong and what to do
	is      error  // the sentinel of a refusal whose message was made for the occasion
}

func (e *Error) Error() string { return e.Message }

// Unwrap finds the sentinel behind a refusal with its own words.
func (e *Error) Unwrap() error { return e.is }

// With is the same refusal with a message for the occasion; errors.Is still finds the sentinel.
func (e *Error) With(format string, args ...any) *Error {
	return &Error{Kind: e.Kind, Rule: e.Rule, Field: e.Field, Message: fmt.Sprintf(format, args...), is: e}
}

// On is the same refusal beside another field.
func (e *Error) On(field string) *Error {
	return &Error{Kind: e.Kind, Rule: e.Rule, Field: field, Message: e.Message, is: e}
}

// Errors are several refusals of one form, so that a person mends all fields at once.
type Errors []*Error

func (es Errors) Error() string {
	return errors.Join(es.Unwrap()...).Error()
}

// Unwrap lets errors.Is and errors.As look into each.
func (es Errors) Unwrap() []error {
	all := make([]error, len(es))
	for i, e := range es {
		all[i] = e
	}
	return all
}

// join is nil for no refusals, the refusal itself for one, Errors for more.
func join(refusals ...*Error) error {
	var all Errors
	for _, e := range refusals {
		if e != nil {
			all = append(all, e)
		}
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	default:
		return all
	}
}

func invalid(rule, field, message string) *Error {
	return &Error{Kind: Invalid, Rule: rule, Field: field, Message: message}
}

func conflict(rule, message string) *Error {
	return &Error{Kind: Conflict, Rule: rule, Message: message}
}

// Refusals that belong to no noun.
var (
	ErrNotFound  = &Error{Kind: NotFound, Message: "There is nothing here that you can see."}
	ErrForbidden = &Error{Kind: Forbidden, Message: "Your role does not allow this."}
	ErrReadOnly  = &Error{Kind: Forbidden, Rule: "R34", Message: "Support staff read everything and change nothing."}
	ErrReadToken = &Error{Kind: Forbidden, Message: "This token only reads. Make one that may do all that you may, and use that."}
	ErrAgent     = &Error{Kind: Forbidden, Message: "This is an agent's token: it learns what to run and tells what runs, and does nothing else."}
	ErrViewing   = &Error{Kind: Forbidden, Rule: "R34", Message: "You look at this account as its people see it, so nothing can be changed. Stop looking, then act as yourself."}
)

// Refusals about packages and versions.
var (
	ErrVersionForm        = invalid("R1", "version", "A version is three whole numbers, like 1.4.0.")
	ErrVersionMissing     = invalid("R1", "version", "The file does not tell its version. Give one, like 1.0.0.")
	ErrVersionOrCount     = ErrVersionMissing.With("The file does not tell its version. Give one, like 1.0.0, or have the versions numbered for you.") // R12
	ErrVersionExists      = &Error{Kind: Conflict, Rule: "R1", Field: "version", Message: "This version was uploaded before. An uploaded version never changes: give the next number."}
	ErrNameMissing        = invalid("R3", "name", "The file does not tell its name. Give one, like “Acme Ticketing”.")
	ErrNameForm           = invalid("R3", "name", "Give a name with letters or digits, of at most 150 characters.")
	ErrFileEmpty          = invalid("", "file", "The file is empty. Choose the package's file.")
	ErrFileMissing        = invalid("", "file", "Choose the package's file.")
	ErrFileTooLarge       = invalid("", "file", "The file is larger than 256 MB, the most that a package may have.")
	ErrFileUnreadable     = invalid("", "file", "This file can't be read safely.")
	ErrAddedFileEmpty     = invalid("", "file", "This file is empty. Choose another, or none.")
	ErrAddedFileLarge     = invalid("", "file", "This file is larger than 10 MB, the most that can be added. Choose a smaller one, or none.")
	ErrPlatformDiffers    = invalid("", "file", "This package is of another platform.")
	ErrShareableErrors    = invalid("R4", "shareable", "This package has errors, so it can't be shareable. Upload it as not shareable, mend the errors, or say why it is shared in spite of them.")
	ErrOverrideReason     = invalid("R4", "override_reason", "Give a reason of at most 1,000 characters.")
	ErrNotCountable       = invalid("R12", "counted", "Only versions of a published process are numbered for you. Give this one a version.")
	ErrVersionCounted     = invalid("R12", "version", "The versions of this package are numbered for you: leave the version empty.")
	ErrCountingFinal      = invalid("R12", "counted", "Whether a package's versions are numbered for you is chosen with its first version, and final.")
	ErrVersionInUse       = conflict("R5", "A version in a pending or released release can't be deleted.")
	ErrVersionDeleted     = conflict("R5", "This version was deleted.")
	ErrVersionImmutable   = conflict("R1", "An uploaded version never changes.")
	ErrNoShareableVersion = invalid("R2", "package", "This package has no shareable version yet. Upload one and mark it shareable.")
	ErrNotShareable       = invalid("R2", "version", "Only a shareable version can enter a pack.")
)

// Refusals about packs.
var (
	ErrPackNameMissing  = invalid("R7", "name", "Give the pack a name of at most 150 characters.")
	ErrPackNameTaken    = &Error{Kind: Conflict, Rule: "R7", Field: "name", Message: "You have a pack of this name already. Give another name."}
	ErrDescriptionLong  = invalid("R7", "description", "The description has more than 500 characters.")
	ErrTextLong         = invalid("R7", "", "This text is longer than 50,000 characters. Link to a document instead.")
	ErrContactMissing   = invalid("R7", "support_contact", "Give the pack a support contact before it is released: every account sees it.")
	ErrPackEmpty        = invalid("R7", "", "A release needs at least one package. Add a package to the pack.")
	ErrPackFull         = invalid("R7", "package", "A pack holds at most 100 packages.")
	ErrPackageInPack    = conflict("R7", "This package is in the pack already.")
	ErrPackageNotInPack = conflict("R8", "This package is not in the pack.")
	ErrTypedNameDiffers = invalid("R11", "confirm", "Type the exact name to confirm.")
	ErrPackStale        = conflict("R7", "The pack was changed meanwhile, and your change was not made. Read the pack again, look whether your change still fits, and make it once more.")
	ErrPackDeleted      = conflict("R11", "This pack was deleted.")
	ErrOneOnly          = invalid("R6", "package", "This package can't be in a pack with multiple attachments.")
	ErrModeMissing      = invalid("R6", "multiple", "Choose whether an account installs the pack once or several times. The choice is final.")
)

// Refusals about releases.
var (
	ErrMove               = conflict("R13", "The release is not in a state that allows this.")
	ErrDraftExists        = conflict("R14", "The pack has a draft already: go on with it.")
	ErrPendingExists      = conflict("R19", "A release of this pack is in its testing period already. Release this one now, move the date of the other, or withdraw it.")
	ErrCurrentExists      = conflict("R14", "Another release of this pack has become current a moment ago. Look again.")
	ErrDraftStale         = conflict("R14", "The draft was changed in another window. Your input is kept: look at the draft and save again.")
	ErrDateForm           = invalid("R16", "date", "Give a date like 2027-01-31.")
	ErrDateTooEarly       = invalid("R16", "date", "The earliest date is tomorrow in your time zone.")
	ErrDateTooFar         = invalid("R16", "date", "Give a date within the next two years.")
	ErrPlanMissing        = invalid("R15", "plan", "Choose: at once, or on a date.")
	ErrReasonMissing      = invalid("R20", "reason", "Give a reason: the accounts and the audit will show it.")
	ErrNothingChanged     = conflict("R24", "This release changes nothing: it holds the same versions as the current one.")
	ErrNothingToRollBack  = conflict("R24", "This release holds the same versions as the current one, so there is nothing to go back to.")
	ErrReleaseVersionUsed = &Error{Kind: Conflict, Rule: "R23", Field: "version", Message: "Another release of this pack has this version. Give the next number."}
	ErrReleaseVersionLow  = invalid("R23", "version", "The release's version must be higher than the current one.")
	ErrClash              = conflict("R10", "Packages of this release do not fit together. Choose other versions.")
	ErrNotesLong          = invalid("R23", "notes", "The release notes have more than 20,000 characters.")
	ErrNeverReleased      = conflict("R21", "This pack has no release yet, so it can't be installed.")
)

// Refusals about evidence.
var (
	ErrEvidenceMissing    = &Error{Kind: Conflict, Rule: "R35", Field: "evidence", Message: "Evidence that you demand of every release is missing."}
	ErrEvidenceGiven      = conflict("R35", "This was ticked off already. Take that back first, if you want to give it anew.")
	ErrEvidenceNotGiven   = conflict("R35", "This is not ticked off.")
	ErrEvidenceFinal      = conflict("R35", "The release was decided meanwhile: its evidence stays as it is.")
	ErrEvidenceRetired    = conflict("R35", "This item was retired meanwhile. Look at the list again.")
	ErrEvidenceLabel      = invalid("R35", "label", "Name what is to be looked at, with at most 120 characters.")
	ErrEvidenceLabelTaken = invalid("R35", "label", "There is such an item already. Give this one another name.")
	ErrEvidenceFull       = invalid("R35", "label.new", "A checklist holds at most 20 items. Retire one first.")
	ErrEvidenceNote       = invalid("R35", "note", "The note has more than 2,000 characters. Link to a document, or add a file.")
	ErrEvidenceLink       = invalid("R35", "link", "Give an address that begins with https://, without a name or password in it.")
)

// Refusals about groups, attachments and opt-ins.
var (
	ErrGroupNameMissing     = invalid("R25", "name", "Give the group a name of at most 150 characters.")
	ErrGroupNameTaken       = &Error{Kind: Conflict, Rule: "R25", Field: "name", Message: "You have a group of this name already."}
	ErrGroupBuiltIn         = conflict("R25", "“All accounts” is built in: it always holds every managed account.")
	ErrAttachmentName       = invalid("R6", "name", "Give this attachment a name of at most 150 characters.")
	ErrAttachmentNameTaken  = &Error{Kind: Conflict, Rule: "R6", Field: "name", Message: "Your account has an attachment of this name already. Give another name."}
	ErrAttachedAlready      = conflict("R6", "Your account has this pack already. A single-attachment pack is installed once.")
	ErrEnvironmentLong      = invalid("R6", "environment", "The environment label has more than 80 characters.")
	ErrEnvironmentName      = invalid("", "name", "Give the environment a name of at most 80 characters.")
	ErrEnvironmentTaken     = &Error{Kind: Conflict, Field: "name", Message: "Your account has an environment of this name already. Give another name."}
	ErrClassification       = invalid("", "classification", "The classification of an environment is PROD or TEST.")
	ErrInEnvironment        = conflict("R6", "This attachment is in another environment already. Take it out of that one first.")
	ErrDetached             = conflict("R29", "This attachment was uninstalled.")
	ErrTestingEnded         = conflict("R27", "The testing period of this release is over. Nothing was changed.")
	ErrOptedInAlready       = conflict("R27", "This attachment tries the release already.")
	ErrNotOptedIn           = conflict("R27", "This attachment does not try a pending release.")
	ErrReasonLong           = invalid("R27", "reason", "The reason has more than 1,000 characters.")
	ErrViewAsMissing        = invalid("R34", "as", "Choose as whom to look: the account publishes packs, installs them, or both.")
	ErrViewReason           = invalid("R34", "reason", "Give a reason of at most 1,000 characters: the account and the audit show it.")
	ErrSupportReasonMissing = invalid("R27", "reason", "Give the reason why you act for the account.")
)

// Refusals about accounts and people.
var (
	ErrAccountNameMissing = invalid("", "name", "Give the account a name of at most 150 characters.")
	ErrAccountNameTaken   = &Error{Kind: Conflict, Field: "name", Message: "There is an account of this name already."}
	ErrAccountPurpose     = invalid("", "purpose", "Choose whether the account publishes packs, installs them, or both.")
	ErrPurposeKept        = invalid("", "publisher", "An account does not lose a purpose: what it has published or installed would belong to nobody. Leave this out.")
	ErrCheckSetting       = invalid("", "", "Choose a value of the list, or give a text of one line with at most 100 characters.")
	ErrZoneUnknown        = invalid("R17", "zone", "Choose a time zone from the list, like Europe/Paris.")
	ErrEmailForm          = invalid("", "email", "Give an e-mail address, like ada@example.org.")
	ErrEmailTaken         = &Error{Kind: Conflict, Field: "email", Message: "There is a person with this e-mail address already."}
	ErrPersonName         = invalid("", "name", "Give the person's name.")
	ErrRoleMissing        = invalid("", "role", "Choose at least one role that fits the account.")
	ErrLinkInvalid        = &Error{Kind: NotFound, Message: "This link was used before or has expired. Ask for a new one."}
	ErrPasswordShort      = invalid("", "password", "Choose a password of 12 to 200 characters.")
	ErrSavedViewName      = invalid("", "name", "Give the view a name of at most 80 characters.")
	ErrSavedViewNameTaken = &Error{Kind: Conflict, Field: "name", Message: "You have a view of this name already. Give another name."}
	ErrSavedViewsMany     = &Error{Kind: Conflict, Field: "name", Message: "You keep 50 views, the most that a person may. Delete one that you no longer use."}
	ErrSavedViewLong      = invalid("", "name", "This view has more filters than can be kept. Take some away.")
	ErrMailChoice         = invalid("", "", "Choose for each message: at once, in the daily digest, or never.")
	ErrMailLink           = &Error{Kind: NotFound, Message: "This link does not work any more. Sign in and choose your messages in the settings."}
	ErrTokenName          = invalid("", "name", "Give the token a name, so that you know later what it is for.")
	ErrTokenScope         = invalid("", "scope", "Choose what the token may do: all that you may, read it, or be an agent.")
	ErrTokenAgent         = invalid("", "scope", "An agent's token belongs to an account that installs packs, and is for its admin to make.")
	ErrSignIn             = &Error{Kind: Invalid, Field: "password", Message: "The e-mail address and the password do not fit together."}
	ErrThrottled          = &Error{Kind: Throttled, Message: "Too many failed attempts. Wait a quarter of an hour, then try again."}
	ErrPersonDisabled     = conflict("", "This person is disabled. Let them in again first.")
	ErrLastOperator       = conflict("", "This is the last operator. Make another one first.")
)

// joinErrors is join for what may be refusals or faults: a fault wins, refusals come together.
func joinErrors(errs ...error) error {
	var refusals []*Error
	for _, err := range errs {
		var one *Error
		var several Errors
		switch {
		case err == nil:
		case errors.As(err, &several):
			refusals = append(refusals, several...)
		case errors.As(err, &one):
			refusals = append(refusals, one)
		default:
			return err
		}
	}
	return join(refusals...)
}
