package views

import "undelivered/models"

// AgreePage is the customer's own confirmation, by a link that staff hand over. State: ask, done, used.
// POST /agree/{token}: name, sure=1.
type AgreePage struct {
	Token    string
	State    string
	Business string
	Address  string
	Channel  models.Channel
	Country  string
	Words    string // what is agreed to
	Name     string
	Sure     string // 1: the box was ticked
	Errors   Errors
}
