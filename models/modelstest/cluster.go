package modelstest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const install = `these tests also need PostgreSQL, and there is none.
Either install it (Debian, Ubuntu: sudo apt-get install postgresql) or name a server that they may make databases on:
TEST_DATABASE_URL=postgres://user:password@host/postgres`

// guard runs the server for as long as its standard input is open, which is as long as this process lives,
// however it ends; then it removes what the server wrote.
const guard = `"$1/postgres" -D "$2" -k "$2" -p "$3" -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off \
	-c synchronous_commit=off -c max_connections=300 -c shared_buffers=64MB -c autovacuum=off </dev/null >"$2/log" 2>&1 &
server=$!
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$2"`

// startCluster makes and starts a throw-away cluster that ends with this process.
func startCluster() (address string, err error) {
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	who, err := owner()
	if err != nil {
		return "", err
	}
	dir, err := folder(who)
	if err != nil {
		return "", err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", dir, "-U", "postgres", "--auth=trust",
		"--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
	initdb.SysProcAttr, initdb.Dir = who, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	if err := startGuarded(bin, dir, port, who); err != nil {
		return "", err
	}
	return awaitServer(fmt.Sprintf("postgres://postgres@127.0.0.1:%s/postgres?sslmode=disable", port), dir)
}

// alive is the writing end of the guard's standard input; it must stay open, so it must stay reachable.
//
//lint:ignore U1000 its being reachable is its use
var alive io.Closer

func startGuarded(bin, dir, port string, who *syscall.SysProcAttr) (err error) {
	sh := exec.Command("/bin/sh", "-c", guard, "sh", bin, dir, port)
	attr := *who
	attr.Setpgid = true // Ctrl-C ends the tests first, and with them the server
	sh.SysProcAttr, sh.Dir = &attr, dir
	if alive, err = sh.StdinPipe(); err != nil {
		return err
	}
	return sh.Start()
}

// binaries is the folder of the newest server program.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", err
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	if len(found) > 0 {
		return filepath.Dir(found[0]), nil
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		return "", errors.New(install)
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	return filepath.Dir(path), nil
}

func version(path string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	if err != nil {
		return 0
	}
	return n
}

// owner is who runs the server: PostgreSQL refuses to be run by root, so root lends it the user "postgres".
func owner() (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL will not run as root, and there is no user to lend it: %w", err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// folder makes a data folder that belongs to who runs the server.
func folder(who *syscall.SysProcAttr) (string, error) {
	dir, err := os.MkdirTemp("", "undelivered-pg-*")
	if err != nil {
		return "", err
	}
	if c := who.Credential; c != nil {
		err = os.Chown(dir, int(c.Uid), int(c.Gid))
	}
	return dir, err
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// awaitServer asks until the server answers.
func awaitServer(address, dir string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, address)
		if err == nil {
			return address, conn.Close(ctx)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(dir, "log")) // only to explain the failure
			return "", fmt.Errorf("the PostgreSQL of the tests did not start: %w\n%s", err, log)
		}
	}
}
