package views

import "undelivered/models/people"

// InvitationPage offers a signed-in person the accounts that have invited them. POST /me/invitation: token or
// account, and answer: accept or decline.
type InvitationPage struct {
	Token string // of the link that led here
	Open  []people.Invitation
	Wrong bool // the link is for somebody else
	Email string
}
