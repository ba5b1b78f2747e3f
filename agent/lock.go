package agent

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// takeLock takes the folder for this process until the file is closed.
func takeLock(path string) (*os.File, error) {
	f, err := openHeld(path)
	for range 5 {
		if !errors.Is(err, errHeld) {
			break
		}
		time.Sleep(100 * time.Millisecond) // a look at the status holds it for a moment
		f, err = openHeld(path)
	}
	if errors.Is(err, errHeld) {
		return nil, fmt.Errorf("another agent%s works in this folder: stop it first, or give this one a --dir of its own", holder(path))
	}
	if err != nil {
		return nil, fmt.Errorf("take the folder for this agent: %w", err)
	}
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteString(strconv.Itoa(os.Getpid()) + "\n") // only told to people
	}
	return f, nil
}

func holder(path string) string {
	data, err := os.ReadFile(path)
	pid := strings.TrimSpace(string(data))
	if _, numeric := strconv.Atoi(pid); err != nil || numeric != nil {
		return ""
	}
	return " (process " + pid + ")"
}
