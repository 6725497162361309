package demo

import "undelivered/models"

// businesses are who the demo is about: two that must never see each other's customers.
var businesses = []business{
	{
		name: "Marlow Street Dental", zone: "Europe/London", locale: "en-GB", code: "MS", sent: 1500,
		customers: 380,
		staff: []colleague{
			{"owner@marlow.example", "Olivia Marlow", models.Owner},
			{"manager@marlow.example", "Ada Whitfield", models.Manager},
			{"viewer@marlow.example", "Vera Lane", models.Viewer},
		},
		mail: []string{"sendgrid", "postmark", "ses", "simulator"}, texts: "twilio",
		sender: "Marlow Street Dental <hello@reminders.marlow.example>",
		titles: []title{
			{
				"Appointment reminder",
				"reminder",
				"Your appointment at Marlow Street Dental",
				"Dear {name},\n\nthis is a reminder of your appointment on {due}. If you cannot come, " +
					"please call 020 7946 0018.\n\nMarlow Street Dental",
				true,
			},
			{
				"Appointment confirmed",
				"confirmation",
				"We have booked your appointment",
				"Dear {name},\n\nyour appointment on {due} is booked.\n\nMarlow Street Dental",
				true,
			},
			{
				"Recall: check-up due",
				"recall",
				"It is time for your check-up",
				"Dear {name},\n\nyour next check-up is due. Book it by phone or on our website.\n\nMarlow " +
					"Street Dental",
				false,
			},
			{
				"Invoice {n}",
				"invoice",
				"Your invoice {n}",
				"Dear {name},\n\nplease find what you owe for your last treatment in invoice " +
					"{n}.\n\nMarlow Street Dental",
				false,
			},
			{
				"Treatment plan to sign",
				"plan",
				"Your treatment plan",
				"Dear {name},\n\nplease read and sign your treatment plan before {due}.\n\nMarlow Street " +
					"Dental",
				true,
			},
		},
		people: []nameList{british, british, british, indian, polish, arabic, chinese, greek},
	},
	{
		name: "Buchhandlung Linde", zone: "Europe/Berlin", locale: "de-DE", code: "BL", sent: 1000,
		customers: 290,
		staff: []colleague{
			{"inhaber@linde.example", "Bob Linde", models.Owner},
			{"team@linde.example", "Mareike Vogt", models.Manager},
		},
		mail:   []string{"mailgun", "simulator"},
		sender: "Buchhandlung Linde <post@linde.example>",
		outage: outage{first: 12, last: 8, provider: "mailgun", mishap: &unauthenticated},
		titles: []title{
			{
				"Ihr Buch liegt bereit",
				"pickup",
				"Ihr Buch liegt zur Abholung bereit",
				"Guten Tag {name},\n\nIhre Bestellung {n} liegt bis {due} für Sie bereit.\n\nBuchhandlung " +
					"Linde",
				true,
			},
			{
				"Versandbestätigung {n}",
				"shipping",
				"Ihre Bestellung ist unterwegs",
				"Guten Tag {name},\n\nIhre Bestellung {n} ist heute an Sie abgegangen.\n\nBuchhandlung Linde",
				false,
			},
			{
				"Rechnung {n}",
				"invoice",
				"Rechnung {n}",
				"Guten Tag {name},\n\nanbei die Rechnung {n}.\n\nBuchhandlung Linde",
				false,
			},
			{
				"Einladung zur Lesung",
				"event",
				"Einladung zur Lesung am {due}",
				"Guten Tag {name},\n\nwir laden Sie herzlich zur Lesung am {due} ein.\n\nBuchhandlung Linde",
				true,
			},
		},
		people: []nameList{german, german, german, turkish, ukrainian, vietnamese},
	},
}

type business struct {
	name, zone, locale, code string
	sent, customers          int
	staff                    []colleague
	mail                     []string // providers that carry its mail
	texts                    string   // provider that carries its latest texts; empty: the simulator
	sender                   string
	outage                   outage
	titles                   []title
	people                   []nameList
}

// outage is a time in which all emails failed for one cause on the business's own side; zero: there was none.
type outage struct {
	first, last int    // days ago
	provider    string // that carried them
	mishap      *mishap
}

type colleague struct {
	email, name string
	role        models.Role
}

// title is one kind of message that the business sends; {name}, {n} and {due} are filled in.
type title struct {
	title, kind, subject, text string
	due                        bool
}

// support helps all accounts that grant it access.
var support = colleague{"support@undelivered.example", "Sam Porter", models.Support}

// Password is the password of everybody in the demo, which listens on this machine only.
const Password = "try-undelivered"

// nameList are names of one language, in its own script, each with how it is written in an address.
type nameList struct{ first, last []name }

type name struct{ written, plain string }

func names(pairs ...string) []name {
	var all []name
	for i := 0; i+1 < len(pairs); i += 2 {
		all = append(all, name{pairs[i], pairs[i+1]})
	}
	return all
}

var (
	british = nameList{
		names("Grace", "grace", "Daniel", "daniel", "Aled", "aled", "Sofia", "sofia", "Jane", "jane",
			"Thomas", "thomas", "Niamh", "niamh", "Callum", "callum", "Seren", "seren", "Harriet", "harriet",
			"George", "george", "Chloë", "chloe"),
		names("Adeyemi", "adeyemi", "Okonkwo", "okonkwo", "Pritchard", "pritchard", "Marchetti", "marchetti",
			"O’Connell", "oconnell", "Fraser-Smith", "fraser-smith", "Hughes", "hughes", "Doe", "doe",
			"Llewellyn", "llewellyn", "Barker", "barker", "Featherstonehaugh", "featherstonehaugh"),
	}
	indian = nameList{
		names("Priya", "priya", "Arjun", "arjun", "प्रिया", "priya", "Meera", "meera", "Rohan", "rohan"),
		names("Raman", "raman", "Patel", "patel", "शर्मा", "sharma", "Iyer", "iyer", "Kaur", "kaur"),
	}
	polish = nameList{
		names("Tomasz", "tomasz", "Małgorzata", "malgorzata", "Łukasz", "lukasz", "Agnieszka", "agnieszka"),
		names("Zieliński", "zielinski", "Wójcik", "wojcik", "Kowalska", "kowalska", "Dąbrowski", "dabrowski"),
	}
	arabic = nameList{
		names("عمر", "omar", "مريم", "maryam", "يوسف", "yusuf", "Layla", "layla"),
		names("حسيني", "hosseini", "الخطيب", "alkhatib", "Haddad", "haddad", "منصور", "mansour"),
	}
	chinese = nameList{
		names("李", "li", "王", "wang", "Wen", "wen", "陈", "chen"),
		names("文", "wen", "秀英", "xiuying", "Li", "li", "伟", "wei"),
	}
	greek = nameList{
		names("Ελένη", "eleni", "Γιώργος", "giorgos", "Μαρία", "maria"),
		names("Παπαδοπούλου", "papadopoulou", "Νικολάου", "nikolaou"),
	}
	german = nameList{
		names("Jürgen", "juergen", "Käthe", "kaethe", "Anneliese", "anneliese", "Sören", "soeren", "Lena",
			"lena", "Friedrich", "friedrich", "Jule", "jule", "Matthias", "matthias"),
		names("Müller-Lüdenscheidt", "mueller-luedenscheidt", "Großmann", "grossmann", "Schäfer", "schaefer",
			"Kühn", "kuehn", "von der Heide", "vonderheide", "Weiß", "weiss", "Petersen", "petersen",
			"Krause", "krause"),
	}
	turkish = nameList{
		names("Ayşe", "ayse", "İbrahim", "ibrahim", "Çağla", "cagla", "Gökhan", "goekhan"),
		names("Yılmaz", "yilmaz", "Öztürk", "oeztuerk", "Şahin", "sahin"),
	}
	ukrainian = nameList{
		names("Оксана", "oksana", "Тарас", "taras", "Ірина", "iryna"),
		names("Шевченко", "shevchenko", "Коваленко", "kovalenko", "Мельник", "melnyk"),
	}
	vietnamese = nameList{
		names("Nguyễn Thị", "nguyenthi", "Trần Văn", "tranvan"),
		names("Hương", "huong", "Đức", "duc", "Phượng", "phuong"),
	}
)

// typos is how many customers of a business have a mistyped address.
const typos = 10

// domains are where customers have their mail; those that were mistyped fail.
var (
	domains = []string{
		"northmail.example",
		"northmail.example",
		"harbour.example",
		"post-box.example",
		"cwmnet.example",
		"gmail.com.example",
		"werkpost.example",
	}
	mistyped = []string{"gmial.com", "outlok.com", "hotmial.com", "yaho.com", "gmail.con"}
)
