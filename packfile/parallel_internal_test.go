package packfile

import (
	"sync/atomic"
	"testing"
)

func TestAtOnce(t *testing.T) {
	t.Parallel()
	var done atomic.Int32
	defer func() {
		if p := recover(); p != "broken" || done.Load() != 2 {
			t.Errorf("got panic %v after %d tasks, want that of the broken one after both others", p, done.Load())
		}
	}()
	atOnce(func() { done.Add(1) }, func() { panic("broken") }, func() { done.Add(1) })
}
