package views

import (
	"github.com/a-h/templ"

	"undelivered/models"
	"undelivered/models/report"
)

func importPages() map[string]templ.Component {
	rows := []ImportRow{
		{2, "Priya Raman", "channel.email.field", "praman@gmial.com", "praman@gmail.com", "ok",
			models.Problem{}},
		{3, names[3], "channel.sms.field", "", "x", "wrong", models.Problem{Key: "error.phone"}},
		{4, "Wen Li", "channel.email.field", "a", "a", "conflict", models.Problem{}},
	}
	return map[string]templ.Component{
		"import": Import(ImportPage{Base: base(), Errors: Errors{"file": {Key: "error.file"}}}),
		"import-preview": Import(ImportPage{Base: base(), ID: "t", Rows: rows, Total: 3,
			Changes: 1, Wrong: 1, Older: "/import/t?after=100"}),
		"import-done": Import(ImportPage{Base: base(), ID: "t", Applied: true, Changes: 2, Done: 2,
			Rows: rows, OnlyBad: true, Resend: report.Filter{IDs: []string{"n1"}}}),
		"import-half": Import(ImportPage{Base: base(), ID: "t", Applied: true, Changes: 5, Done: 2,
			Rows: rows, Total: 6, Wrong: 1}),
		"import-same": Import(ImportPage{Base: base(), ID: "t", Total: 6}),
	}
}
