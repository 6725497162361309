package views

// SignInPage is where people sign in. POST /sign-in: email, password, keep=1, next. The link: POST
// /sign-in/link with email. Reset: POST /sign-in/reset with email, then with token, password, again.
type SignInPage struct {
	Email    string
	Next     string
	Keep     bool
	Error    string // a key of the catalogue: error.credentials, error.throttled, error.link_used
	Links    bool   // the product can send mail, so links and resets are offered
	SSO      bool   // single sign-on is set up
	Token    string // of a link or a reset
	Sent     bool   // the mail is on its way (said whether or not the address is known)
	Errors   Errors
	Demo     []DemoUser // in demo mode: who can sign in
	Empty    bool       // nobody can sign in yet: the installation is new
	NoticeID string     // a key of the catalogue to show above: signed out, time ran out
}

// DemoUser is somebody of the demo.
type DemoUser struct{ Email, Password, Role, Account string }
