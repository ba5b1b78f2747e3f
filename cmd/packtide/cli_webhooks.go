package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"packtide/client"
)

// webhooksCmd is what one does with the webhooks of an account.
type webhooksCmd struct {
	List   webhooksListCmd   `cmd:"" help:"List your account's webhooks."`
	Add    webhooksAddCmd    `cmd:"" help:"Add a webhook and print its secret, once."`
	Edit   webhooksEditCmd   `cmd:"" help:"Choose what a webhook hears of, turn it on or off."`
	Test   webhooksTestCmd   `cmd:"" help:"Send a test."`
	Rotate webhooksRotateCmd `cmd:"" help:"Make a new secret and print it, once."`
	Sent   webhooksSentCmd   `cmd:"" help:"List what was sent to a webhook."`
	Resend webhooksResendCmd `cmd:"" help:"Send again what was given up."`
	Delete webhooksDeleteCmd `cmd:"" help:"Delete a webhook."`
}

// webhookArg names one.
type webhookArg struct {
	ID string `arg:"" help:"Id of the webhook, as list shows it."`
}

// webhooksListCmd lists webhooks.
type webhooksListCmd struct {
	clientFlags
	jsonFlag
}

// Run prints a line for each, never a secret.
func (c *webhooksListCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		return lister[client.Webhook]{
			head: []string{"ADDRESS", "STATE", "GIVEN UP", "HEARS OF", "ID"},
			line: func(w client.Webhook) ([]string, error) {
				dead := count(w.Dead)
				if w.DeadAtLeast {
					dead = "more than " + dead
				}
				return []string{w.URL, w.State, dead, strings.Join(w.Kinds, ", "), w.ID}, nil
			},
			empty: "No webhooks. Add one with: packtide webhooks add URL --kind release.opened",
		}.show(s, s.Webhooks(ctx), c.JSON)
	})
}

// webhooksAddCmd adds one.
type webhooksAddCmd struct {
	clientFlags
	jsonFlag

	URL  string   `arg:"" name:"url" help:"Address that begins with https:// and can be reached from the internet."`
	Kind []string `required:"" help:"What it hears of, like release.opened; may be repeated. The guide to webhooks names the kinds." placeholder:"KIND"`
}

// Run prints the secret alone on standard output; all else goes to standard error.
func (c *webhooksAddCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		made, err := s.AddWebhook(ctx, client.NewWebhook{URL: c.URL, Kinds: c.Kind})
		if err != nil || c.JSON {
			return s.rawOr(made, err)
		}
		return s.tellSecret(made, "Added: webhook "+made.ID)
	})
}

func (s *session) tellSecret(w client.Webhook, what string) error {
	fmt.Fprintf(s.err, "%s. Its secret is shown only now:\n", printable(what))
	return s.say("%s\n", w.Secret)
}

// webhooksEditCmd changes one.
type webhooksEditCmd struct {
	clientFlags
	jsonFlag
	webhookArg

	Kind []string `help:"What it hears of from now on, in place of what it heard; may be repeated." placeholder:"KIND"`
	On   *bool    `negatable:"" help:"Turn it on, or off with --no-on. One that packtide has paused goes on too."`
}

// Run changes it.
func (c *webhooksEditCmd) Run(ctx context.Context, p program) error {
	if c.Kind == nil && c.On == nil {
		return usageError{errors.New("say what to change: --kind, --on or --no-on")}
	}
	return c.with(ctx, p, func(s *session) error {
		now, err := s.EditWebhook(ctx, c.ID, client.WebhookChange{Kinds: c.Kind, On: c.On})
		if err != nil || c.JSON {
			return s.rawOr(now, err)
		}
		return s.say("The webhook is %s, and hears of %s.\n", now.State, strings.Join(now.Kinds, ", "))
	})
}

// webhooksTestCmd sends a test.
type webhooksTestCmd struct {
	clientFlags
	jsonFlag
	webhookArg
}

// Run sends it; what comes of it is seen in what was sent.
func (c *webhooksTestCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		sent, err := s.TestWebhook(ctx, c.ID)
		if err != nil || c.JSON {
			return s.rawOr(sent, err)
		}
		return s.say("A test is on its way. See what comes of it with: packtide webhooks sent %s\n", c.ID)
	})
}

// webhooksRotateCmd makes a new secret.
type webhooksRotateCmd struct {
	clientFlags
	jsonFlag
	webhookArg
}

// Run prints the secret alone on standard output.
func (c *webhooksRotateCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		now, err := s.RotateWebhook(ctx, c.ID)
		if err != nil || c.JSON {
			return s.rawOr(now, err)
		}
		return s.tellSecret(now, "For 24 hours messages are signed with the old secret too. The webhook has a new one")
	})
}

// webhooksSentCmd lists messages.
type webhooksSentCmd struct {
	clientFlags
	jsonFlag
	webhookArg

	State string `enum:",waiting,delivered,dead" default:"" help:"In this state: waiting, delivered or dead (given up)." placeholder:"STATE"`
	Limit int    `default:"100" help:"How many to show to people at most; 0 for all. --json prints all." placeholder:"ROWS"`
}

// Run lists them, newest first.
func (c *webhooksSentCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		return lister[client.WebhookMessage]{
			head: []string{"WHEN", "KIND", "STATE", "ATTEMPTS", "WHAT WENT WRONG", "ID"},
			line: func(m client.WebhookMessage) ([]string, error) {
				at, err := s.clocks(ctx, m.CreatedAt, "")
				return []string{at, m.Kind, m.State, count(m.Attempts), orDash(m.Failure), m.ID}, err
			},
			empty: "Nothing was sent. Try it with: packtide webhooks test " + c.ID, most: c.Limit,
		}.show(s, s.WebhookMessages(ctx, c.ID, c.State), c.JSON)
	})
}

// webhooksResendCmd sends messages again.
type webhooksResendCmd struct {
	clientFlags
	webhookArg

	Message string `arg:"" optional:"" help:"Id of the message; without one all that were given up, 5,000 at most."`
}

// Run sends them.
func (c *webhooksResendCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		if c.Message != "" {
			if err := s.ResendMessage(ctx, c.ID, c.Message); err != nil {
				return err
			}
			return s.say("The message is on its way again.\n")
		}
		n, err := s.ResendDead(ctx, c.ID)
		if err != nil {
			return err
		}
		return s.say("On their way again: %s.\n", counted(n, "message"))
	})
}

// webhooksDeleteCmd deletes one.
type webhooksDeleteCmd struct {
	clientFlags
	webhookArg

	Yes bool `help:"Confirm it without being asked."`
}

// Run asks, then deletes.
func (c *webhooksDeleteCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		if err := s.confirm(c.Yes, "The webhook goes for good, and what waits is not sent any more."); err != nil {
			return err
		}
		if err := s.DeleteWebhook(ctx, c.ID); err != nil {
			return err
		}
		return s.say("Deleted: webhook %s\n", c.ID)
	})
}
