package demo

import (
	"strings"

	"undelivered/models"
	"undelivered/views"
)

// Summary is what the demo says of itself when it is ready.
type Summary struct {
	URL      string    `json:"url"`
	Users    []User    `json:"users"`
	Accounts []Account `json:"accounts"`
}

// User is somebody who can sign in.
type User struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Role     string `json:"role"`
	Account  string `json:"account"`
}

// Account is one of the businesses.
type Account struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	APIKey    string            `json:"api_key"`
	WidgetKey string            `json:"widget_key"`
	Hooks     map[string]string `json:"hooks"`
	// Secrets are what the pretended providers sign with, so that scripts can play them.
	Secrets map[string]map[string]string `json:"secrets"`
}

// At is the summary of the same demo at another address.
func (s Summary) At(base string) Summary {
	for _, a := range s.Accounts {
		for provider, hook := range a.Hooks {
			a.Hooks[provider] = base + strings.TrimPrefix(hook, s.URL)
		}
	}
	s.URL = base
	return s
}

// Users are the people who can sign in, as the sign-in page shows them.
func Users() []views.DemoUser {
	var all []views.DemoUser
	for _, b := range businesses {
		for _, one := range b.staff {
			all = append(all,
				views.DemoUser{Email: one.email, Password: Password, Role: string(one.role), Account: b.name})
		}
	}
	return append(all, views.DemoUser{
		Email:    support.email,
		Password: Password,
		Role:     string(models.Support),
		Account:  "Support",
	})
}
