package localdb

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// attachLimit is how long Attach waits for the server of a program that is starting at this moment.
const attachLimit = 10 * time.Second

// Attached tells how to reach a server that another program runs.
type Attached struct {
	OwnerURL string // as Server.OwnerURL
	AppURL   string // as Server.AppURL
}

// Attach finds the server that another packtide runs on the data folder, for a command that works beside it: Start has
// refused with ErrInUse. It changes nothing there and has nothing to stop. Whoever may read the folder's passwords may attach.
func Attach(ctx context.Context, dataDir string) (Attached, error) {
	path, err := filepath.Abs(dataDir)
	if err != nil {
		return Attached{}, fmt.Errorf("finding the data folder %s: %w", dataDir, err)
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return Attached{}, fmt.Errorf("finding the data folder: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, attachLimit)
	defer cancel()
	for {
		attached, err := (&folder{path: path}).attach()
		if !errors.Is(err, errNotYet) {
			return attached, err
		}
		if pause(ctx, 100*time.Millisecond) != nil {
			return Attached{}, fmt.Errorf("%w: the program that uses %s does not get its database to run; look at its messages", ErrInUse, path)
		}
	}
}

var errNotYet = errors.New("no server runs yet")

// attach reads where the server listens, and the passwords.
func (f *folder) attach() (Attached, error) {
	c, err := f.newest()
	if err != nil {
		return Attached{}, err
	}
	running, err := readPidFile(c.dir)
	if err != nil {
		return Attached{}, err
	}
	if c.major == 0 || running.port == 0 || !running.live() {
		return Attached{}, errNotYet
	}
	s := &Server{folder: f, port: running.port}
	if s.owner, err = f.password("owner.password", false); err != nil {
		return Attached{}, err
	}
	if s.app, err = f.password("app.password", false); err != nil {
		return Attached{}, err
	}
	return Attached{OwnerURL: s.OwnerURL(), AppURL: s.AppURL()}, nil
}
