package views

import "time"

// Conflict is somebody else's change, to be seen beside one's own.
type Conflict struct {
	Person string
	At     time.Time
	Fields []ConflictField
}

// ConflictField is one field that two people have changed.
type ConflictField struct{ Label, Theirs, Yours string }

// differences are the fields of a form that say one thing now and another as they were typed.
func differences(now, typed []Field) []ConflictField {
	var all []ConflictField
	for i, f := range typed {
		if f.Value != now[i].Value {
			all = append(all, ConflictField{f.Label, now[i].says(), f.says()})
		}
	}
	return all
}

// says is the value as its field shows it: of a choice, the words.
func (f Field) says() string {
	options := f.Options
	for _, g := range f.Groups {
		options = append(options[:len(options):len(options)], g.Options...)
	}
	for _, o := range options {
		if o.Value == f.Value {
			return o.Label
		}
	}
	return f.Value
}
