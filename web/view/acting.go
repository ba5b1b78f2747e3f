package view

import "context"

// FieldActing is the hidden field in which a form tells the account for which it was drawn.
const FieldActing = "acting"

type actingKey struct{}

// WithActing lets the forms of a page tell the account that the reader acts for: a form that another window left open while
// the reader turned to another account is then refused instead of done for the wrong one.
func WithActing(ctx context.Context, account string) context.Context {
	return context.WithValue(ctx, actingKey{}, account)
}

func acting(ctx context.Context) string {
	account, _ := ctx.Value(actingKey{}).(string)
	return account
}
