package main

import (
	"context"
	"fmt"

	"packtide/release"
)

// demoAgent is what an agent beside the visitor's account's platform is started with.
type demoAgent struct {
	Token        string `json:"token"`
	AttachmentID string `json:"attachment_id"`
	Attachment   string `json:"attachment"`
	Account      string `json:"account"`
	Pack         string `json:"pack"`
}

const (
	demoTokenName      = "Demo"
	demoAgentTokenName = "Demo agent"
)

// demoTokens gives programs what the visitor's links give people. Tokens of earlier visits end.
func (s *site) demoTokens(ctx context.Context, g *demoGreeting) error {
	for i := range g.Users {
		user := &g.Users[i]
		by, err := s.demoActor(ctx, user.Email)
		if err != nil {
			return err
		}
		if user.Token, err = s.demoToken(ctx, by, demoTokenName, release.ScopeFull); err != nil {
			return err
		}
		if by.Managed == release.RoleAdmin && g.Agent == nil {
			if g.Agent, err = s.demoAgent(ctx, by); err != nil {
				return err
			}
		}
	}
	return nil
}

// demoActor is the person acting for the site, or in their first account.
func (s *site) demoActor(ctx context.Context, email string) (release.Actor, error) {
	person, err := s.reader.PersonByEmail(ctx, email)
	if err != nil {
		return release.Actor{}, fmt.Errorf("find %s: %w", email, err)
	}
	var account release.ID
	if person.Site == "" {
		memberships, err := s.reader.Memberships(ctx, person.ID)
		if err != nil {
			return release.Actor{}, err
		}
		if len(memberships) == 0 {
			return release.Actor{}, fmt.Errorf("%s is in no account", email)
		}
		account = memberships[0].Account
	}
	by, err := s.reader.Actor(ctx, person.ID, account)
	by.Source = release.FromCLI
	return by, err
}

// demoToken makes a token, in the place of those that earlier visits have made.
func (s *site) demoToken(ctx context.Context, by release.Actor, name string, scope release.TokenScope) (string, error) {
	old, err := s.reader.Tokens(ctx, by, by.Person)
	if err != nil {
		return "", err
	}
	for _, t := range old {
		if t.Name == name && t.RevokedAt == nil {
			if err := s.service.RevokeToken(ctx, by, t.ID); err != nil {
				return "", fmt.Errorf("end an old token of %s: %w", by.Name, err)
			}
		}
	}
	_, secret, err := s.service.CreateToken(ctx, by, release.NewToken{
		Person: by.Person, Account: by.Account, Name: name, Scope: scope, Life: release.MaxTokenLife, // visitors move the clock
	})
	if err != nil {
		return "", fmt.Errorf("make a token for %s: %w", by.Name, err)
	}
	return string(secret), nil
}

// demoAgent is for an attachment whose pack has a release in testing: there is something to watch.
func (s *site) demoAgent(ctx context.Context, by release.Actor) (*demoAgent, error) {
	rows, err := s.reader.InstallBase(ctx, release.Operator(), release.InstallBaseFilter{Account: by.Account, State: release.StateWaiting, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, nil //nolint:nilnil // the visitor has uninstalled, or tried, everything: no agent is offered
	}
	secret, err := s.demoToken(ctx, by, demoAgentTokenName, release.ScopeAgent)
	if err != nil {
		return nil, err
	}
	a := rows[0]
	return &demoAgent{Token: secret, AttachmentID: a.ID.String(), Attachment: a.Name, Account: a.AccountName, Pack: a.PackName}, nil
}
