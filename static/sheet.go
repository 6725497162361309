package static

import (
	"bytes"
	"io/fs"
)

// parts are the style sheet of the pages in order: of two rules of one layer, the later wins.
var parts = []string{
	"tokens",
	"fonts",
	"base",
	"layout",
	"panel",
	"button",
	"badge",
	"form",
	"table",
	"over",
	"phone",
	"dashboard",
	"report",
	"notification",
	"gate",
	"gallery",
	"utilities",
	"media",
}

// sheet joins the parts, because a browser asks for one file sooner than for many.
func sheet(files fs.FS) []byte {
	var all bytes.Buffer
	for _, part := range parts {
		all.Write(read(files, "css/"+part+".css"))
	}
	return all.Bytes()
}
