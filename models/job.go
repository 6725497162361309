package models

// The queues of jobs, by what a job may have to wait for: what waits for a provider holds up nothing that
// waits for another, for our own tables, or for nobody.
const (
	QueueSend  = "send"  // hand-overs: wait for a provider
	QueueClear = "clear" // clearings and comparisons of lists: wait for a provider's lists
	QueueSets  = "sets"  // work on many at once: our own tables
	QueueFetch = "fetch" // questions to providers, mailboxes and directories
	QueueCall  = "call"  // callbacks: wait for businesses' own systems
	QueuePost  = "post"  // the product's own mails
)

// The order within a queue: somebody looks at the page of a single resend; of a set only the sum is looked
// at.
const (
	PriorityPressed = 1
	PriorityAsked   = 2
	PrioritySet     = 3
)
