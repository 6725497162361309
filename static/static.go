// Package static holds the files that browsers fetch, each under a name that changes with its content.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// Prefix is where the files are served.
const Prefix = "/static/"

//go:embed *.css css/*.css *.js *.svg fonts/*.woff2
var files embed.FS

type asset struct {
	url         string
	contentType string
	content     []byte
	gzipped     []byte // empty where gzip does not make it smaller
}

type catalogue struct {
	byName map[string]*asset
	byURL  map[string]*asset
}

var all = load(files)

// load reads every file once: fonts first, because a style sheet names them by their final address.
func load(files fs.FS) catalogue {
	c := catalogue{byName: map[string]*asset{}, byURL: map[string]*asset{}}
	for _, pattern := range []string{"fonts/*", "*.svg", "*.js", "*.css"} {
		names, err := fs.Glob(files, pattern)
		if err != nil {
			panic(fmt.Errorf("static: %w", err))
		}
		for _, name := range names {
			c.add(name, read(files, name))
		}
	}
	c.add("app.css", sheet(files))
	return c
}

func read(files fs.FS, name string) []byte {
	content, err := fs.ReadFile(files, name)
	if err != nil {
		panic(fmt.Errorf("static: %w", err)) // the file is part of the program
	}
	return content
}

func (c catalogue) add(name string, content []byte) {
	if path.Ext(name) == ".css" {
		content = c.withFontAddresses(content)
	}
	a := &asset{url: hashed(name, content), contentType: contentType(name), content: content}
	if packed := compress(content); len(packed) < len(content)*9/10 {
		a.gzipped = packed
	}
	c.byName[name], c.byURL[a.url] = a, a
}

// withFontAddresses puts the final addresses of the fonts into a style sheet.
func (c catalogue) withFontAddresses(css []byte) []byte {
	for name, a := range c.byName {
		css = bytes.ReplaceAll(css, []byte("../"+name), []byte(a.url))
	}
	return css
}

// hashed puts a digest of the content before the extension: fonts/a.woff2 becomes
// /static/fonts/a.1f2e3d4c5b6a.woff2.
func hashed(name string, content []byte) string {
	sum := sha256.Sum256(content)
	ext := path.Ext(name)
	return Prefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".woff2":
		return "font/woff2"
	case ".js":
		return "text/javascript; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func compress(content []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	// A bytes.Buffer takes every write.
	_, _ = w.Write(content)
	_ = w.Close()
	return out.Bytes()
}

// Path is the address of a file, with the digest of its content in the name; it panics when there is no such
// file.
func Path(name string) string {
	a := all.byName[name]
	if a == nil {
		panic("static: no file " + name)
	}
	return a.url
}

// Handler serves the files by the addresses that Path gives, to be kept for a year.
func Handler() http.Handler { return http.HandlerFunc(serve) }

func serve(w http.ResponseWriter, r *http.Request) {
	a := all.byURL[r.URL.Path]
	if a == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	body := a.content
	if a.gzipped != nil {
		h.Add("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = a.gzipped
		}
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}
