package views

// SignedOutPage is the answer to a form whose sign-in has run out.
type SignedOutPage struct {
	Action string // where the form was going
	Fields []TypedField
	Secret bool // a password or a key was in it, which is not shown again
	File   bool // a file was in it, which has to be chosen again
}

// TypedField is one value of a form.
type TypedField struct{ Name, Value string }

// typed says whether a person has written the value: the other fields are the page's own.
func (f TypedField) typed() bool { return f.Value != "" && Has("typed."+f.Name) }

// again says whether the form can be sent as it stands.
func (p SignedOutPage) again() bool { return !p.File && len(p.Fields) > 0 }
