package delivery

import (
	"net"
	"sync"
	"time"
)

// leavePatience is how long a mail that is being taken in when the program stops may still need.
const leavePatience = 10 * time.Second

// guests are the connections that are open, so that the last of them can be closed: a mail server that keeps
// its connection for the next mail would hold the stop for as long as it likes.
type guests struct {
	net.Listener
	mu   sync.Mutex
	open map[*guest]bool
}

// Accept lets one in.
func (g *guests) Accept() (net.Conn, error) {
	conn, err := g.Listener.Accept()
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	one := &guest{conn, g}
	g.open[one] = true
	return one, nil
}

// closeAll ends every conversation.
func (g *guests) closeAll() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for one := range g.open {
		_ = one.Conn.Close() // its other end brings the mail again
	}
}

type guest struct {
	net.Conn
	room *guests
}

// Close forgets the guest.
func (c *guest) Close() error {
	c.room.mu.Lock()
	delete(c.room.open, c)
	c.room.mu.Unlock()
	return c.Conn.Close()
}
