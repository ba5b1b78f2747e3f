package release

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"
)

// Webhook is an address to which an account's notices are sent. It hears of what its maker could see: as a publisher, as a
// managed account, or as both.
type Webhook struct {
	ID           ID
	Account      ID
	URL          string
	AsPublisher  bool
	AsManaged    bool
	Kinds        []NoticeKind
	Secret       []byte      // sealed
	OldSecrets   [][]byte    // sealed, oldest first; each signs too until its instant of OldUntils
	OldUntils    []time.Time // as many, never earlier than the one before
	CreatedAt    time.Time
	CreatedBy    ID
	OffAt        *time.Time // turned off by a person
	FailingSince *time.Time // nothing has arrived since
	PausedAt     *time.Time // turned off by packtide: it has failed for days, or has said that it is gone
	DeletedAt    *time.Time
}

// OldUntil is until when an old secret signs too; nil where none does at the instant.
func (w Webhook) OldUntil(at time.Time) *time.Time {
	if n := len(w.OldUntils); n > 0 && w.OldUntils[n-1].After(at) {
		return &w.OldUntils[n-1]
	}
	return nil
}

// rotate puts a new sealed secret in the place of the present one, which signs too for a day yet, as do those of the hours before:
// which of them the receiver knows nobody here can tell.
func (w *Webhook) rotate(sealed []byte, at time.Time) error {
	over := 0
	for over < len(w.OldUntils) && !w.OldUntils[over].After(at) {
		over++
	}
	if len(w.OldUntils)-over >= maxOldSecrets {
		return ErrSecretsMany
	}
	w.OldSecrets = append(slices.Clone(w.OldSecrets[over:]), w.Secret)
	w.OldUntils = append(slices.Clone(w.OldUntils[over:]), at.Add(SecretOverlap))
	w.Secret = sealed
	return nil
}

// Live tells whether notices are sent to it.
func (w Webhook) Live() bool { return w.OffAt == nil && w.PausedAt == nil && w.DeletedAt == nil }

// atOnce is how many attempts may be under way to it at a time: those of a receiver that hangs must not take all workers.
func (w Webhook) atOnce() int {
	if w.FailingSince != nil {
		return 1
	}
	return attemptsAtOnce
}

// SaidGone tells whether it was paused because it has said that it is gone, and not because it had failed for days.
func (w Webhook) SaidGone() bool {
	return w.PausedAt != nil && w.FailingSince != nil && w.PausedAt.Sub(*w.FailingSince) < pauseAfter
}

// DeliveryState is where the delivery of a message stands.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryWaiting   DeliveryState = "waiting"   // to be sent, or to be sent again; an answer or the last attempt moves it on
	DeliveryDelivered DeliveryState = "delivered" // the other side has said that it has it
	DeliveryDead      DeliveryState = "dead"      // given up; a person can send it again
)

// Delivery is one message to one webhook.
type Delivery struct {
	ID        ID // stable over all attempts: receivers know by it what they have had already
	Webhook   ID
	Account   ID
	Notice    ID
	Kind      NoticeKind
	Payload   []byte
	State     DeliveryState
	Attempts  int
	CreatedAt time.Time
	LastTry   *time.Time
	NextTry   *time.Time
	Trying    *time.Time // an attempt is under way, until then at the most
	EndedAt   *time.Time
	Status    int    // of the last answer; 0: there was none
	Answer    string // its first bytes
	Failure   string // why the last attempt failed
}

// MessageID is what receivers see.
func (d Delivery) MessageID() string { return "msg_" + strings.ReplaceAll(d.ID.String(), "-", "") }

// DeliverJob sends one delivery, as often as it takes.
type DeliverJob struct {
	Delivery ID `json:"delivery"`
}

// Kind is its name in the database.
func (DeliverJob) Kind() string { return "deliver_webhook" }

// NoticeTest is the message that a person sends to see whether their webhook works. It can't be chosen, and is never held back.
const NoticeTest NoticeKind = "test"

// The bounds of webhooks.
const (
	MaxWebhooks         = 20 // of an account
	MaxWebhookURL       = 500
	MaxDeliveryAttempts = 11
	MaxResend           = 5_000              // dead letters that one click sends again
	SecretOverlap       = 24 * time.Hour     // how long an old secret still signs
	CountedDead         = 1000               // dead letters that are counted for people
	pauseAfter          = 3 * 24 * time.Hour // of failures alone
	pauseAttempt        = 8                  // of a delivery: after hours of trying, a webhook that has failed for days is paused
	maxOldSecrets       = 5                  // that sign beside the present one
	deliveryKept        = 30 * 24 * time.Hour
	attemptsAtOnce      = 4                  // under way to one webhook, of all processes; to one that fails there is one
	attemptLimit        = time.Minute        // after which an attempt that was not ended counts as lost with its process
	deliveryGivenUp     = 3 * 24 * time.Hour // a delivery that has waited so long has lost its job
)

// delays are what lies between the attempts: 24 hours in all.
var delays = [MaxDeliveryAttempts - 1]time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 7 * time.Hour, 9 * time.Hour,
}

// RetryIn is how long to wait after a failed attempt, counted from 1: longer each time, and a tenth more or less, so that what
// failed together does not come back together. It is the same whenever it is asked for.
func RetryIn(delivery ID, attempt int) time.Duration {
	wait := delays[min(max(attempt, 1), len(delays))-1]
	h := fnv.New32a()
	_, _ = fmt.Fprint(h, delivery, attempt) // a hash never fails
	tenths := float64(h.Sum32())/float64(1<<32)*0.2 - 0.1
	return wait + time.Duration(float64(wait)*tenths)
}

// WaitForTurn is how long a delivery waits that found the webhook busy, having waited so many times before: longer each time, up to
// a quarter of an hour, so that many messages to a receiver that hangs cost little.
func WaitForTurn(delivery ID, before int) time.Duration {
	wait := min(2*time.Second<<min(max(before, 0), 9), 15*time.Minute)
	h := fnv.New32a()
	_, _ = fmt.Fprint(h, delivery, before) // a hash never fails
	return wait/2 + time.Duration(float64(wait)*float64(h.Sum32())/float64(1<<32))
}

// Vault keeps secrets that have to be told again: what it seals can be read by nobody who has the database alone. What was
// sealed for one thing does not open for another.
type Vault interface {
	Seal(secret []byte, of ID) ([]byte, error)
	Open(sealed []byte, of ID) ([]byte, error)
}

// Refusals about webhooks.
var (
	ErrWebhookURL     = invalid("", "url", "Give an address that begins with https:// and that anybody could reach from the internet.")
	ErrWebhookURLLong = invalid("", "url", "The address has more than 500 characters.")
	ErrWebhookKinds   = invalid("", "kinds", "Choose at least one kind of event.")
	ErrWebhooksMany   = conflict("", "Your account has 20 webhooks, the most that it may. Delete one that you no longer use.")
	ErrWebhooksNoKey  = conflict("", "Webhooks can't be kept yet: packtide has no key to keep their secrets with. Ask the operator of this site to set PACKTIDE_SECRET_KEY.")
	ErrWebhookOff     = conflict("", "This webhook is off. Turn it on first.")
	ErrSecretsMany    = conflict("", "This webhook was given five new secrets within a day, and messages are signed with all of them. Wait until the oldest has ended, or delete the webhook and add it anew.")
	ErrNotDead        = conflict("", "This message is not among the failed ones any more. Look again.")
	ErrDeliveryOver   = conflict("", "There is nothing left to be sent.")
	ErrDeliveryBusy   = conflict("", "Other messages are on their way to the webhook just now.")
)

// WebhookTx keeps webhooks and what is sent to them.
type WebhookTx interface {
	// CountWebhooks counts the account's webhooks that are not deleted.
	CountWebhooks(ctx context.Context, account ID) (int, error)
	AddWebhook(ctx context.Context, w Webhook) error
	// Webhook and LockWebhook find a webhook, also a deleted one.
	Webhook(ctx context.Context, id ID) (Webhook, error)
	LockWebhook(ctx context.Context, id ID) (Webhook, error)
	// SaveWebhook keeps all but account, address and maker.
	SaveWebhook(ctx context.Context, w Webhook) error
	// LiveWebhooks are those of the accounts that hear of the kind.
	LiveWebhooks(ctx context.Context, accounts []ID, kind NoticeKind) ([]Webhook, error)
	// AddDeliveries keeps those that are new: one for each webhook and notice. It returns their ids.
	AddDeliveries(ctx context.Context, deliveries []Delivery) ([]ID, error)
	LockDelivery(ctx context.Context, id ID) (Delivery, error)
	// AttemptsUnderWay counts the webhook's other deliveries of which an attempt is under way at the instant.
	AttemptsUnderWay(ctx context.Context, d Delivery, at time.Time) (int, error)
	// SaveDelivery keeps what changes by an attempt.
	SaveDelivery(ctx context.Context, d Delivery) error
	// ReviveDeliveries lets up to limit dead deliveries of the webhook wait again, those after the given one in the order of their
	// ids, and returns these in that order.
	ReviveDeliveries(ctx context.Context, webhook, after ID, at time.Time, limit int) ([]ID, error)
	// TidyDeliveries deletes deliveries from before the one instant, and gives up those that have waited since before the other.
	TidyDeliveries(ctx context.Context, before, waitingBefore, at time.Time) (int64, error)
}

// newWebhookSecret is 32 random bytes, and how people see them.
func newWebhookSecret() (raw []byte, shown Secret) {
	raw = make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: it ends the program instead
	return raw, Secret("whsec_" + base64.StdEncoding.EncodeToString(raw))
}

// mayHear tells the kinds that the sides of a webhook ever hear of.
func mayHear(publisher, managed bool) []NoticeKind {
	return slices.DeleteFunc(NoticeKinds(), func(k NoticeKind) bool {
		return !publisher && (k == NoticeVersionAvailable || !managed)
	})
}

// WebhookKinds are the kinds that a webhook of the actor can hear of.
func WebhookKinds(by Actor) []NoticeKind {
	return mayHear(by.Publisher == RolePublisher, by.Managed == RoleAdmin)
}

// MayKeepWebhooks tells whether the actor may add webhooks to its account.
func (a Actor) MayKeepWebhooks() bool { return a.mayKeepWebhooks() == nil }

// mayKeepWebhooks is nil for a publisher and for an admin of a managed account.
func (a Actor) mayKeepWebhooks() error {
	if err := a.mayPublish(); err != nil {
		return a.mayInstall()
	}
	return nil
}

// mayKeep is nil for whoever may keep this webhook: it hears of nothing that the actor does not see. One of another account
// is not found.
func (a Actor) mayKeep(w Webhook) error {
	switch {
	case w.DeletedAt != nil || w.Account != a.Account || a.Account.IsZero():
		return ErrNotFound
	case a.mayKeepWebhooks() != nil:
		return a.mayKeepWebhooks()
	case (w.AsPublisher && a.Publisher != RolePublisher) || (w.AsManaged && a.Managed != RoleAdmin):
		return ErrForbidden
	default:
		return nil
	}
}
