package main

import (
	"io"
	"log/slog"
	"time"
)

// streams are what a subcommand reads from and writes to; run binds them for kong.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// program is the world around a subcommand: run binds it for kong.
type program struct {
	streams
	getenv func(string) string
	clock  func() time.Time
	logs   logFlags
}

// logFlags say what is told on standard error.
type logFlags struct {
	LogLevel  string `enum:"debug,info,warn,error,auto" default:"auto" setting:"PACKTIDE_LOG_LEVEL" help:"Least level of what is logged: debug, info, warn or error; by default info for serve and migrate, warn for the others."`
	LogFormat string `enum:"text,json" default:"text" setting:"PACKTIDE_LOG_FORMAT" help:"Form of the log: text or json."`
}

// logger writes to standard error, from the usual level on unless a flag says otherwise.
func (p program) logger(usual slog.Level) *slog.Logger {
	level := usual
	if p.logs.LogLevel != "auto" {
		_ = level.UnmarshalText([]byte(p.logs.LogLevel)) // kong has checked it
	}
	options := &slog.HandlerOptions{Level: level}
	if p.logs.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(p.err, options))
	}
	return slog.New(slog.NewTextHandler(p.err, options))
}
