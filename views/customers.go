package views

// CustomersPage is the list of customers. Its search is a GET form with q; after and before are its pages.
type CustomersPage struct {
	Base
	Q     string
	Rows  []CustomerRow
	Newer string
	Older string
}

// CustomerRow is one customer in the list.
type CustomerRow struct {
	ID, Name, Ref string
	Email, Phone  string
	EmailState    string // active, shaky, opted_out_failure, opted_out_customer, none
	PhoneState    string
	Undelivered   int
}
