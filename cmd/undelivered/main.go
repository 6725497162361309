// Command undelivered is the whole product in one program: the web app with its workers, the demo, and the
// commands of whoever runs the installation. It is the only room that reads the environment.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"undelivered/models"
)

// commands is the tree of commands, as interfaces of other people's scripts rely on it.
type commands struct {
	Serve      serveCommand      `cmd:"" help:"Run the web app, the workers and, when set, the door for bounce mails."`
	Demo       demoCommand       `cmd:"" help:"Run on a fresh database with sample data, the simulator as provider."`
	Seed       seedCommand       `cmd:"" help:"Fill the database with a large, reproducible data set for measuring."`
	Migrate    migrateCommand    `cmd:"" help:"Bring the schema of the database up to date, or show its state."`
	Account    accountCommand    `cmd:"" help:"Accounts: the businesses."`
	User       userCommand       `cmd:"" help:"People: add, change role, lock."`
	Key        keyCommand        `cmd:"" help:"API keys of an account."`
	Connection connectionCommand `cmd:"" help:"Connections to providers."`
	Import     importCommand     `cmd:"" help:"Bring in notifications or suppressions from a CSV file."`
	Copy       copyCommand       `cmd:"" help:"Decide what a database that is a copy of another may send."`
	Explain    explainCommand    `cmd:"" help:"Say what the program makes of a mail that came back or of a provider's post. Sends and stores nothing."`
	Doctor     doctorCommand     `cmd:"" help:"Check settings, database, connections and DNS."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
}

// terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// watched says whether a person looks at what is printed beside the result: progress in a file is noise.
func (t terminal) watched() bool {
	file, ok := t.err.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], terminal{os.Stdin, os.Stdout, os.Stderr}))
}

// run does one command and returns the exit status: 0, 1 when it failed, 2 when it was not understood.
func run(ctx context.Context, args []string, term terminal) int {
	status := -1
	parser, err := kong.New(&commands{}, kong.Name("undelivered"),
		kong.Description("A dashboard of emails and texts that did not arrive."),
		kong.Writers(term.out, term.err), kong.Exit(func(code int) { status = code }),
		kong.Help(printHelp), kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(term))
	if err != nil {
		fmt.Fprintln(term.err, "undelivered:", err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if status >= 0 {
		return status // help was asked for and printed
	}
	if err != nil {
		fmt.Fprintf(term.err, "undelivered: %v\n", err)
		return 2
	}
	if err := command.Run(); err != nil {
		fmt.Fprintf(term.err, "undelivered: %v\n", explained(err))
		return 1
	}
	return 0
}

// explained says in words what a field's key means to whoever types commands.
func explained(err error) error {
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		return errors.New(sentences(invalid))
	}
	if errors.Is(err, models.ErrNotFound) {
		return errors.New("there is no such thing in this installation (or not in that account)")
	}
	return err
}

type versionCommand struct{}

// Run prints the version that the build has.
func (versionCommand) Run(term terminal) error {
	fmt.Fprintln(term.out, "undelivered", version())
	return nil
}

// release is set by the build of a release.
var release = ""

func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" && len(setting.Value) >= 12 {
			return "development " + setting.Value[:12]
		}
	}
	return "development"
}
