package views

import "net/url"

// filled are the fields of an address that have a value.
func filled(fields map[string]string) url.Values {
	v := url.Values{}
	for name, value := range fields {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}
