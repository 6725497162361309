package handlers

import (
	"sync"
	"time"

	"undelivered/models/people"
	"undelivered/models/report"
)

// widgetLife is how long a counted number is taken for true when another process may have changed it. Changes
// of this process are seen at once.
const (
	widgetLife = 5 * time.Second
	widgetMost = 2000 // keys kept in memory
)

// widgetAnswer is one counted number, ready to be drawn.
type widgetAnswer struct {
	key     people.Key
	number  report.WidgetNumber
	zone    *time.Location
	lang    string
	etag    string
	changes uint64
	at      time.Time
	drawn   map[string][]byte // by shape and theme
}

// widgetAsked is what a number was counted for: a card draws the days of its window, JSON and the badge do
// not.
type widgetAsked struct {
	token    string
	withDays bool
}

// widgets keeps the last answers of each key: the number is asked for often and changes seldom.
type widgets struct {
	mu   sync.Mutex
	last map[widgetAsked]*widgetAnswer
}

func (w *widgets) get(asked widgetAsked) *widgetAnswer {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last[asked]
}

func (w *widgets) put(asked widgetAsked, a *widgetAnswer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last == nil || len(w.last) >= widgetMost {
		w.last = map[widgetAsked]*widgetAnswer{}
	}
	w.last[asked] = a
}

func (w *widgets) forget(asked widgetAsked) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.last, asked)
}
