// Command packtide manages the releases of integration packs: it serves the product, migrates its database, shows it in a
// demo, and gives operators a command line.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"packtide/packfile"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(exitCode(err, os.Stderr))
}

// cli is every subcommand.
type cli struct {
	logFlags

	Serve       serveCmd       `cmd:"" help:"Serve packtide; without a database URL, on a PostgreSQL server of its own."`
	Migrate     migrateCmd     `cmd:"" help:"Bring the database to the newest schema; serve does it by itself at its start."`
	Demo        demoCmd        `cmd:"" help:"Show packtide in a believable world of its own, with a clock that you can move."`
	Admin       adminCmd       `cmd:"" help:"Accounts, people and tokens, for whoever runs the server; also while serve runs."`
	Lint        lintCmd        `cmd:"" help:"Check package files or folders, as an upload does; needs no server."`
	Diff        diffCmd        `cmd:"" help:"Tell what changed between two versions of a package, and which version number that asks for."`
	Rules       rulesCmd       `cmd:"" help:"List the rules by which packages are checked, and their settings."`
	When        whenCmd        `cmd:"" help:"Print the instant at which a release planned for a date applies."`
	Agent       agentCmd       `cmd:"" help:"Keep a folder beside a platform at the release that an attachment should run; needs no database."`
	Healthcheck healthcheckCmd `cmd:"" help:"Ask a running packtide whether it is ready; for containers."`
	Version     versionCmd     `cmd:"" help:"Print the version of the program."`

	clientCommands
}

// run does what the arguments say until it is done or ctx ends; getenv alone tells the environment.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	std := streams{in: stdin, out: stdout, err: stderr}
	var all cli
	command, err := parse(&all, args, getenv, std)
	if err != nil || command == nil {
		return err
	}
	command.BindTo(ctx, (*context.Context)(nil))
	err = command.Run(&all.Admin, std, program{streams: std, getenv: getenv, clock: time.Now, logs: all.logFlags})
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // told to stop, and stopped
	}
	return err
}

// parse reads the arguments, then the settings of the environment; it returns nothing when it was asked for help.
func parse(all *cli, args []string, getenv func(string) string, std streams) (*kong.Context, error) {
	helped := false
	parser, err := kong.New(all,
		kong.Name("packtide"),
		kong.Description("Release manager for integration packs."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(std.out, std.err),
		kong.Exit(func(int) { helped = true }),
		kong.Vars{"platforms": strings.Join(packfile.PlatformKeys(), ", "), "release_arg": releaseArgHelp, "attachment_arg": attachmentArgHelp},
		kong.ExplicitGroups(clientGroups()),
		kong.Resolvers(settings(getenv)),
		kong.ValueFormatter(helpWithSetting),
	)
	if err != nil {
		return nil, fmt.Errorf("build the command line: %w", err)
	}
	command, err := parser.Parse(args)
	if helped {
		return nil, nil //nolint:nilnil // the help has been printed: nothing is left to do
	}
	return command, err
}

// settings reads flags with a tag "setting" from the environment where the command line does not say. kong's own tag "env"
// would read the process's environment past getenv.
func settings(getenv func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if name := flag.Tag.Get("setting"); name != "" {
			if value := getenv(name); value != "" {
				return value, nil
			}
		}
		return nil, nil // kong's way to say that the environment has nothing
	})
}

func helpWithSetting(value *kong.Value) string {
	if name := value.Tag.Get("setting"); name != "" {
		return strings.TrimSuffix(value.Help, ".") + " ($" + name + ")."
	}
	return kong.DefaultHelpValueFormatter(value)
}

// commandOf is the command that was begun: its own help says more than that of all.
func commandOf(err *kong.ParseError) string {
	words := []string{"packtide"}
	for _, part := range err.Context.Path {
		if part.Command != nil {
			words = append(words, part.Command.Name)
		}
	}
	return strings.Join(words, " ")
}

// exitCode tells an error to a person and to the shell: 2 for a command that can't be understood, 1 for one that failed,
// unless the command has a status of its own.
func exitCode(err error, stderr io.Writer) int {
	var misunderstood *kong.ParseError
	var own interface{ status() int }
	switch {
	case err == nil:
		return 0
	case errors.As(err, &misunderstood):
		fmt.Fprintf(stderr, "packtide: %s\nRun \"%s --help\" to see what there is.\n", printable(err.Error()), commandOf(misunderstood))
		return 2
	case errors.As(err, &own):
		fmt.Fprintf(stderr, "packtide: %s\n", printable(err.Error()))
		return own.status()
	default:
		fmt.Fprintf(stderr, "packtide: %s\n", printable(err.Error()))
		return 1
	}
}
