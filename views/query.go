package views

import (
	"net/url"
	"slices"
	"strconv"

	"undelivered/models"
)

// ReportQuery is the state of the report as its address says it.
type ReportQuery struct {
	View    string // one of the built-in views
	Saved   string // id of the saved view that it shows
	Range   string // 7d, 30d, 90d; empty: the standard window, or From and To
	From    string // days, as 2026-11-20
	To      string
	State   string // open, waiting, cleared; empty: open
	Channel models.Channel
	Status  []models.Status
	Reason  string
	Domain  string
	Q       string
	// Customer, Connection, Kind and Outcome come from links to exactly these, and have no field of their own.
	Customer   string
	Connection string
	Kind       string
	Outcome    string
	Free       bool   // neither put off nor waiting for the customer
	Assigned   string // id of a person, me, or nobody
	Sort       string // -failed (newest first, the default), failed, customer
	After      string // keyset
	Before     string
	Per        int
	// IDs narrows a question to chosen notifications; All takes the whole result of the query.
	IDs []string
	All bool
}

// ReadReportQuery reads the state of the report from its address; unknown words are left to the handler to refuse.
func ReadReportQuery(v url.Values) ReportQuery {
	q := ReportQuery{View: v.Get("view"), Range: v.Get("range"), From: v.Get("from"), To: v.Get("to"),
		State: v.Get("state"), Channel: models.Channel(v.Get("channel")), Reason: v.Get("reason"),
		Domain: v.Get("domain"), Q: v.Get("q"), Sort: v.Get("sort"), After: v.Get("after"), Before: v.Get("before"),
		Customer: v.Get("customer"), Connection: v.Get("connection"), Kind: v.Get("kind"), Outcome: v.Get("outcome"), Assigned: v.Get("assigned"), Saved: v.Get("saved"),
		Free: v.Get("free") == "1",
		IDs:  v["id"], All: v.Get("all") == "1"}
	q.Per, _ = strconv.Atoi(v.Get("per")) // not a number: the default
	for _, s := range v["status"] {
		if s == "bounced" {
			q.Status = append(q.Status, models.HardBounce, models.SoftBounce)
			continue
		}
		q.Status = append(q.Status, models.Status(s))
	}
	return q
}

// Values is the query as the fields of an address, without what is the default.
func (q ReportQuery) Values() url.Values {
	v := filled(map[string]string{"view": q.View, "saved": q.Saved, "range": q.Range, "from": q.From, "to": q.To, "state": q.State,
		"channel": string(q.Channel), "reason": q.Reason, "domain": q.Domain, "q": q.Q, "customer": q.Customer,
		"connection": q.Connection, "kind": q.Kind, "outcome": q.Outcome, "assigned": q.Assigned,
		"sort": q.Sort, "after": q.After, "before": q.Before})
	for _, s := range q.Status {
		v.Add("status", string(s))
	}
	if q.Per > 0 {
		v.Set("per", strconv.Itoa(q.Per))
	}
	if q.Free {
		v.Set("free", "1")
	}
	for _, id := range q.IDs {
		v.Add("id", id)
	}
	if q.All {
		v.Set("all", "1")
	}
	return v
}

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

// Has says whether the status is chosen.
func (q ReportQuery) Has(s models.Status) bool { return slices.Contains(q.Status, s) }

// Filtered says whether anything but the window narrows the list.
func (q ReportQuery) Filtered() bool {
	return len(q.Status) > 0 || q.Channel != "" || q.Reason != "" || q.Domain != "" || q.Q != "" || q.View != "" ||
		q.Customer != "" || q.Connection != "" || q.Kind != "" || q.Outcome != "" || q.Assigned != "" || q.Free
}

// Dates says whether the days were chosen by hand.
func (q ReportQuery) Dates() bool { return q.From != "" || q.To != "" || q.Range == "dates" }

// First is the query on its first page.
func (q ReportQuery) First() ReportQuery {
	q.After, q.Before, q.IDs, q.All = "", "", nil, false
	return q
}

// InRange is the query with another window: 7d, 30d or 90d.
func (q ReportQuery) InRange(window string) ReportQuery {
	q = q.First()
	q.Range, q.From, q.To = window, "", ""
	return q
}

// Unfiltered is the query with its window and nothing else.
func (q ReportQuery) Unfiltered() ReportQuery {
	return ReportQuery{Range: q.Range, From: q.From, To: q.To, State: q.State, Sort: q.Sort, Per: q.Per}
}

// Sorted is the query in another order.
func (q ReportQuery) Sorted(by string) ReportQuery {
	q = q.First()
	q.Sort = by
	return q
}
