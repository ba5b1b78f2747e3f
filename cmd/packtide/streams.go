package main

import "io"

// streams are what a subcommand reads from and writes to; run binds them for kong.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}
