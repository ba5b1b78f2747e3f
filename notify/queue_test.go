package notify_test

import (
	"testing"

	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"packtide/store/storetest"
)

// TestRiverSchema: our migrations bring River's tables to the version that its library works with, and say so to it.
func TestRiverSchema(t *testing.T) {
	t.Parallel()
	migrator, err := rivermigrate.New(riverpgxv5.New(storetest.New(t).Pool), nil)
	if err != nil {
		t.Fatal(err)
	}
	found, err := migrator.Validate(t.Context(), nil)
	if err != nil || !found.OK {
		t.Errorf("%+v, %v: add a migration for each new version", found, err)
	}
}
