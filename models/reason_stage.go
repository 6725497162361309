package models

// Stage is how far the conversation of two mail servers had come when the other one refused.
type Stage string

// The stages. Only what was said to a recipient's address can be about it.
const (
	AtGreeting   Stage = "greeting"
	AtSender     Stage = "sender"
	AtRecipient  Stage = "recipient"
	AfterContent Stage = "content"
)

// stageWords tell the stage, in the words of Postfix, Exim, qmail and others.
var stageWords = []struct {
	words string
	stage Stage
}{
	{"end of data", AfterContent}, {"after data", AfterContent}, {"to data command", AfterContent},
	{"failed after i sent the message", AfterContent}, {"at end of message", AfterContent},
	{"after end-of-data", AfterContent},
	{"in reply to rcpt", AtRecipient}, {"after rcpt", AtRecipient}, {"does not like recipient", AtRecipient},
	{"following rcpt", AtRecipient}, {"at rcpt", AtRecipient},
	{"in reply to mail from", AtSender}, {"after mail from", AtSender}, {"after sending mail from", AtSender},
	{"but sender was rejected", AtSender}, {"does not like sender", AtSender},
	{"following mail from", AtSender},
	{"in reply to helo", AtGreeting}, {"in reply to ehlo", AtGreeting}, {"after helo", AtGreeting},
	{"after ehlo", AtGreeting},
	{"my name was rejected", AtGreeting}, {"but greeting failed", AtGreeting},
	{"after initial connection", AtGreeting},
	{"while receiving the initial server greeting", AtGreeting}, {"in your greeting", AtGreeting},
	{"refused to talk to me", AtGreeting},
}

// aboutUs are the reasons of a refusal before any recipient was named: it can't be about the recipient.
var aboutUs = map[Stage]string{AtGreeting: "protocol-error", AtSender: "sender-rejected"}

func stageOf(words string) Stage {
	for _, w := range stageWords {
		if saysPhrase(words, w.words) {
			return w.stage
		}
	}
	return ""
}
