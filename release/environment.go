package release

import (
	"context"
	"strings"
	"time"
)

// Classification tells what an environment is for.
type Classification string

// The classifications.
const (
	Production Classification = "PROD"
	Test       Classification = "TEST"
)

// Environment is a label that an account made before it put an attachment there, with what it is for. Labels of attachments
// need none: they are environments too.
type Environment struct {
	Account        ID
	Name           string
	Classification Classification
	CreatedAt      time.Time
	CreatedBy      ID
}

// EnvironmentTx keeps environments.
type EnvironmentTx interface {
	// AddEnvironment fails with ErrEnvironmentTaken where the account has made one of the name.
	AddEnvironment(ctx context.Context, e Environment) error
	// MoveAttachment puts a live attachment, locked by the caller, into an environment, and counts it there; empty: into none.
	MoveAttachment(ctx context.Context, a Attachment, environment string) error
}

// CreateEnvironment keeps an environment of the actor's own account; production where the caller does not say.
func (s *Service) CreateEnvironment(ctx context.Context, by Actor, name string, c Classification) (Environment, error) {
	if by.mayPublish() != nil {
		if err := by.mayInstall(); err != nil {
			return Environment{}, err
		}
	}
	if c == "" {
		c = Production
	}
	var badName, badUse *Error
	if !fitsLine(name, 1, maxEnvironment) {
		badName = unfit(ErrEnvironmentName, name, maxEnvironment)
	}
	if c != Production && c != Test {
		badUse = ErrClassification
	}
	if err := join(badName, badUse); err != nil {
		return Environment{}, err
	}
	at := s.now()
	e := Environment{Account: by.Account, Name: strings.TrimSpace(name), Classification: c, CreatedAt: at, CreatedBy: by.Person}
	err := s.inTx(ctx, "create an environment", func(ctx context.Context, tx Tx) error {
		a, err := tx.Account(ctx, by.Account)
		if err != nil {
			return err
		}
		if err := tx.AddEnvironment(ctx, e); err != nil {
			return err
		}
		made := accountEvent(by, at, ActEnvironmentMade, a)
		made.After = map[string]any{"environment": e.Name, "classification": string(e.Classification)}
		return tx.Audit(ctx, made)
	})
	return e, err
}

// SetEnvironment puts an attachment of the actor's account into an environment. One that is in another already is refused
// with ErrInEnvironment; one that is there already stays.
func (s *Service) SetEnvironment(ctx context.Context, by Actor, attachment ID, environment string) error {
	environment = strings.TrimSpace(environment)
	if !fitsLine(environment, 1, maxEnvironment) {
		return unfit(ErrEnvironmentLong, environment, maxEnvironment)
	}
	return s.moveAttachment(ctx, by, attachment, func(is string) (string, error) {
		if is != "" && is != environment {
			return "", ErrInEnvironment.With("This attachment is in the environment “%s” already. Take it out of that one first.", is)
		}
		return environment, nil
	})
}

// LeaveEnvironment takes an attachment of the actor's account out of its environment; in another, or in none, it is refused
// with ErrNotFound.
func (s *Service) LeaveEnvironment(ctx context.Context, by Actor, attachment ID, environment string) error {
	return s.moveAttachment(ctx, by, attachment, func(is string) (string, error) {
		if is == "" || is != environment {
			return "", ErrNotFound
		}
		return "", nil
	})
}

func (s *Service) moveAttachment(ctx context.Context, by Actor, attachment ID, where func(is string) (string, error)) error {
	if err := by.mayInstall(); err != nil {
		return err
	}
	return s.changeAttachment(ctx, by, attachment, "move an attachment", func(ctx context.Context, tx Tx, st *PackState, a *Attachment, at time.Time) error {
		if a.Account != by.Account {
			return ErrNotFound
		}
		next, err := where(a.Environment)
		if err != nil || next == a.Environment {
			return err
		}
		if err := tx.MoveAttachment(ctx, *a, next); err != nil {
			return err
		}
		e := attachmentEvent(by, at, ActMovedThere, st.Pack, *a)
		e.Before, e.After = map[string]any{"environment": a.Environment}, map[string]any{"environment": next}
		return tx.Audit(ctx, e)
	})
}
