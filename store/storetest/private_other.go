//go:build !unix

package storetest

import (
	"context"
	"fmt"
)

func startPrivate(context.Context) (string, error) {
	return "", fmt.Errorf("%w where tests could start it: set PACKTIDE_TEST_DATABASE_URL", errNoPrograms)
}
