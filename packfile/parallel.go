package packfile

import "sync"

// atOnce runs the tasks side by side and returns when all are done. A task that panics does so here, where the caller can
// recover from it: elsewhere it would end the program.
func atOnce(tasks ...func()) {
	var running sync.WaitGroup
	var mu sync.Mutex
	var panicked any
	for _, task := range tasks {
		running.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					mu.Lock()
					defer mu.Unlock()
					panicked = p
				}
			}()
			task()
		})
	}
	running.Wait()
	if panicked != nil {
		panic(panicked)
	}
}
