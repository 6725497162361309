package handlers

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/views"
)

// sheet writes a CSV file as it is read, in slices, so that memory stays bounded and a browser sees it grow.
type sheet struct {
	c     echo.Context
	rows  *csv.Writer
	may   func() error // whether the person still may have it
	begun bool
}

// sliceTime is how long one slice of an export may take to be written.
const sliceTime = time.Minute

func (h *Handlers) newSheet(c echo.Context, name string, now time.Time) *sheet {
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	header.Set(echo.HeaderContentDisposition,
		fmt.Sprintf("attachment; filename=%q", name+"-"+now.Format(time.DateOnly)+".csv"))
	header.Set(echo.HeaderCacheControl, "no-store")
	may := func() error { return h.Store.People.StillMay(c.Request().Context(), Actor(c), models.See) }
	return &sheet{c: c, rows: csv.NewWriter(&marked{to: c.Response()}), may: may}
}

// byteOrderMark tells a spreadsheet that the file is UTF-8, which it would else take for the machine's old
// code page.
const byteOrderMark = "\ufeff"

// marked writes the mark before the first byte of a file.
type marked struct {
	to    io.Writer
	begun bool
}

func (m *marked) Write(b []byte) (int, error) {
	if !m.begun {
		m.begun = true
		if _, err := io.WriteString(m.to, byteOrderMark); err != nil {
			return 0, err
		}
	}
	return m.to.Write(b)
}

// sheetTime is a time in the account's own zone as a spreadsheet reads it.
func sheetTime(at time.Time, zone *time.Location) string {
	return at.In(zone).Format("2006-01-02 15:04:05")
}

// line adds a line whose cells a spreadsheet takes for text, whatever they begin with.
func (s *sheet) line(cells ...string) error {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = forSpreadsheet(cell)
	}
	return s.rows.Write(safe)
}

// forSpreadsheet puts a quote before what a spreadsheet would take for a formula.
func forSpreadsheet(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// send writes what has gathered, as long as the person may have it.
func (s *sheet) send() error {
	if err := s.may(); err != nil {
		return err
	}
	s.rows.Flush()
	if err := s.rows.Error(); err != nil {
		return err
	}
	// A server under test may know no deadlines.
	_ = http.NewResponseController(s.c.Response()).SetWriteDeadline(time.Now().Add(sliceTime))
	s.c.Response().Flush()
	s.begun = true
	return nil
}

// end finishes the file. After a part has gone out an error can only be said in the file itself.
func (s *sheet) end(err error) error {
	if err == nil {
		return s.send()
	}
	if !s.begun {
		return err
	}
	if failed := s.line("The export broke off here. Export it again."); failed != nil {
		return failed
	}
	s.rows.Flush()
	return err
}

var reportHeader = []string{
	"id",
	"title",
	"channel",
	"kind",
	"customer",
	"customer_ref",
	"address",
	"status",
	"status_code",
	"reason",
	"reason_code",
	"state",
	"failed_at",
	"due_at",
	"tries",
	"address_changed",
	"suggestion",
	"opted_out",
}

// ReportCSV is the same query as a file; with ids chosen, only these.
func (h *Handlers) ReportCSV(c echo.Context) error {
	ctx, a := c.Request().Context(), Actor(c)
	f, err := report.ParseFilter(c.QueryParams())
	if err != nil {
		return err
	}
	account, err := h.Store.People.Account(ctx, a)
	if err != nil {
		return err
	}
	if err := h.Store.Note(ctx, a, "report.export",
		models.AuditEntry{ObjectKind: "report", ObjectName: "report",
			After: f.First().Values().Encode()}); err != nil {
		return err
	}
	out := h.newSheet(c, "undelivered", h.Store.Now().In(account.Location()))
	if err := out.line(reportHeader...); err != nil {
		return err
	}
	return out.end(h.Store.Report.ExportUndelivered(ctx, a, f, func(rows []report.Exported) error {
		for _, row := range rows {
			if err := out.line(reportLine(row, account.Location(), c)...); err != nil {
				return err
			}
		}
		return out.send()
	}))
}

func reportLine(u report.Exported, zone *time.Location, c echo.Context) []string {
	reason, _ := models.ReasonByID(u.Reason)
	due := ""
	if u.DueAt != nil {
		due = sheetTime(*u.DueAt, zone)
	}
	causes := make([]string, len(u.OptedOut))
	for i, cause := range u.OptedOut {
		causes[i] = string(cause)
	}
	return []string{u.ID, u.Title, string(u.Channel), u.Kind, u.CustomerName, u.CustomerRef, u.Recipient,
		views.StatusLabel(c.Request().Context(), u.Status, u.Channel), string(u.Status), reason.Title,
		u.Reason, string(u.State),
		sheetTime(u.FailedAt, zone), due, strconv.Itoa(u.Tries), strconv.FormatBool(u.NewAddress),
		u.Suggestion,
		strings.Join(causes, " ")}
}
