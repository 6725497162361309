package dsn

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// A bounce in the letters of another alphabet is read by the charset that it names.
func TestCharset(t *testing.T) {
	const words = "550 5.1.1 почтовый ящик не существует"
	raw := "From: MAILER-DAEMON@mx.example\r\nSubject: failure notice\r\nMessage-ID: <1@mx.example>\r\n" +
		"Content-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: " +
		"8bit\r\n\r\n<mira@example.net>:\r\n" + words + "\r\n"
	russian, err := charmap.Windows1251.NewEncoder().String(raw)
	if err != nil {
		t.Fatal(err)
	}
	events, err := Read([]byte(russian), "", settings)
	if err != nil || len(events) != 1 || !strings.Contains(events[0].Diagnostic, "почтовый ящик") {
		t.Errorf("%+v, %v", events, err)
	}
}
