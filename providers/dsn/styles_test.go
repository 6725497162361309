package dsn

import (
	"fmt"
	"mime"
	"slices"
	"strings"
	"testing"

	"undelivered/models"
)

// style is how one mailer, or one language of it, tells of a failure: {to} is the recipient, {reply} the
// other server's words.
type style struct{ name, from, subject, body string }

// styles are invented after the mailers that people meet.
var styles = []style{
	{
		"Postfix as text",
		"MAILER-DAEMON@mx.relay.example (Mail Delivery System)",
		"Undelivered Mail Returned to Sender",
		"This is the mail system at host mx.relay.example.\n\nI'm sorry to have to inform you that your " +
			"message could not\nbe delivered to one or more recipients.\n\n<{to}>: host " +
			"mx.mill.example[192.0.2.9] said: {reply} (in reply to RCPT TO command)\n",
	},
	{
		"Exim",
		"Mail Delivery System <Mailer-Daemon@relay.example>",
		"Mail delivery failed: returning message to sender",
		"This message was created automatically by mail delivery software.\n\nA message that you sent " +
			"could not be delivered to one or more of its\nrecipients. This is a permanent error. The " +
			"following address(es) failed:\n\n  {to}\n    host mx.mill.example [192.0.2.9]\n    SMTP error " +
			"from remote mail server after RCPT TO:<{to}>:\n    {reply}\n",
	},
	{
		"qmail",
		"MAILER-DAEMON@relay.example",
		"failure notice",
		"Hi. This is the qmail-send program at relay.example.\nI'm afraid I wasn't able to deliver your " +
			"message to the following addresses.\nThis is a permanent error; I've given up. Sorry it " +
			"didn't work out.\n\n<{to}>:\n192.0.2.9 does not like recipient.\nRemote host said: " +
			"{reply}\nGiving up on 192.0.2.9.\n",
	},
	{
		"Sendmail",
		"Mail Delivery Subsystem <MAILER-DAEMON@relay.example>",
		"Returned mail: see transcript for details",
		"The original message was received at Tue, 3 Nov 2026 09:00:00 GMT\n\n   ----- The following " +
			"addresses had permanent fatal errors -----\n<{to}>\n    (reason: {reply})\n\n   ----- " +
			"Transcript of session follows -----\n... while talking to mx.mill.example.:\n>>> RCPT " +
			"To:<{to}>\n<<< {reply}\n",
	},
	{
		"Zimbra",
		"MAILER-DAEMON@zimbra.relay.example (Mail Delivery System)",
		"Undelivered Mail Returned to Sender",
		"This is the mail system at host zimbra.relay.example.\n\n<{to}>: host " +
			"mx.mill.example[192.0.2.9]:25 said: {reply}\n    (in reply to RCPT TO command)\n",
	},
	{
		"Domino",
		"Postmaster <postmaster@relay.example>",
		"DELIVERY FAILURE: {reply}",
		"Your message\n\n  Subject: Your visit\n\nwas not delivered to:\n\n  {to}\n\nbecause:\n\n  {reply}\n",
	},
	{
		"IronPort",
		"Mail Delivery System <MAILER-DAEMON@gate.relay.example>",
		"Delivery Status Notification (Failure)",
		"The following message to <{to}> was undeliverable.\nThe reason for the problem:\n5.1.0 - Unknown " +
			"address error {quoted}\n",
	},
	{
		"Mimecast",
		"Postmaster <postmaster@relay.example>",
		"Undeliverable: Your visit",
		"Delivery has failed to these recipients:\n\n{to}\n\nThe remote server refused it. Details: " +
			"{reply}\n[mAbCdEf123.uk22]\n",
	},
	{
		"Proofpoint",
		"Mail Delivery Subsystem <MAILER-DAEMON@mx0a.gate.example>",
		"Returned mail: see transcript for details",
		"The original message was received at Tue, 3 Nov 2026 09:00:00 GMT\n\n----- The following " +
			"addresses had permanent delivery errors -----\n{to}\n\n-----Transcript of session follows " +
			"-----\n... while talking to mx.mill.example.:\n<<< {reply}\n",
	},
	{"Barracuda", "Barracuda Spam Firewall <postmaster@relay.example>",
		"**Message you sent blocked by our bulk email filter**",
		"Your message to: {to}\nwas returned by the recipient's server. It said:\n\n{reply}\n"},
	{
		"Gmail",
		"Mail Delivery Subsystem <mailer-daemon@relay.example>",
		"Delivery Status Notification (Failure)",
		"** Message not delivered **\n\nYour message couldn't be delivered to {to}. See the technical " +
			"details below.\n\nThe response from the remote server was:\n\n{reply}\n",
	},
	{
		"Yahoo",
		"MAILER-DAEMON@relay.example",
		"Failure Notice",
		"Sorry, we were unable to deliver your message to the following " +
			"address.\n\n<{to}>:\n{reply}\n\n--- Below this line is a copy of the message.\n",
	},
	{
		"MDaemon",
		"MDaemon@relay.example",
		"Permanent Delivery Failure",
		"The attached message had PERMANENT fatal delivery errors.\n\nFailed address: {to}\n\n--- Session " +
			"Transcript ---\n--> RCPT To:<{to}>\n<-- {reply}\n--- End Transcript ---\n",
	},
	{
		"hMailServer",
		"mailer-daemon@relay.example",
		"Message undeliverable: Your visit",
		"Your message did not reach some or all of the intended recipients.\n\n   Sent: Tue, 3 Nov 2026 " +
			"09:00:00 +0000\n   Subject: Your visit\n\nThe following recipient(s) could not be " +
			"reached:\n\n{to}\n   Error Type: SMTP\n   Remote server (192.0.2.9) issued an error.\n   " +
			"hMailServer sent: RCPT TO:<{to}>\n   Remote server replied: {reply}\n",
	},
	{
		"GroupWise",
		"Mailer-Daemon@relay.example",
		"Mail System Error - Returned Mail",
		"The attached file had the following undeliverable recipient(s):\n\t{to}\n\nTranscript of session " +
			"follows:\n\t{reply}\n",
	},
	{
		"Exchange on-premises",
		"postmaster@relay.example",
		"Undeliverable: Your visit",
		"Delivery has failed to these recipients or groups:\n\n{to}<mailto:{to}>\n\nDiagnostic information " +
			"for administrators:\n\nGenerating server: exch01.relay.example\n\n{to}\nmx.mill.example " +
			"#{reply} ##\n",
	},
	{
		"Exchange 365",
		"Microsoft Outlook <postmaster@relay.example>",
		"Undeliverable: Your visit",
		"Your message to {to} couldn't be delivered.\n\nOriginal Message Details\nRecipient Address: " +
			"{to}\nSubject: Your visit\n\nError Details\nError: {reply}\nMessage rejected by: " +
			"mx.mill.example\n",
	},
	{
		"Exchange in German",
		"postmaster@relay.example",
		"Unzustellbar: Ihr Termin",
		"Fehler bei der Nachrichtenzustellung an folgende Empfänger oder " +
			"Gruppen:\n\n{to}<mailto:{to}>\n\nDiagnoseinformationen für Administratoren:\n\nGenerierender " +
			"Server: exch01.relay.example\n\n{to}\nRemote Server returned '{reply}'\n",
	},
	{
		"Exchange in French",
		"postmaster@relay.example",
		"Non remis : Votre visite",
		"Échec de la remise pour ces destinataires ou groupes :\n\n{to}<mailto:{to}>\n\nInformations de " +
			"diagnostic pour les administrateurs :\n\n{to}\nRemote Server returned '{reply}'\n",
	},
	{
		"Exchange in Spanish",
		"postmaster@relay.example",
		"No se puede entregar: Su visita",
		"No se pudo entregar el mensaje a estos destinatarios o " +
			"grupos:\n\n{to}<mailto:{to}>\n\nInformación de diagnóstico para " +
			"administradores:\n\n{to}\nRemote Server returned '{reply}'\n",
	},
	{
		"Exchange in Portuguese",
		"postmaster@relay.example",
		"Não entregue: Sua visita",
		"Falha na entrega a estes destinatários ou grupos:\n\n{to}<mailto:{to}>\n\nInformações de " +
			"diagnóstico para administradores:\n\n{to}\nRemote Server returned '{reply}'\n",
	},
	{
		"Exchange in Italian",
		"postmaster@relay.example",
		"Non recapitabile: La sua visita",
		"Il recapito non è riuscito per i seguenti destinatari o " +
			"gruppi:\n\n{to}<mailto:{to}>\n\nInformazioni di diagnostica per gli " +
			"amministratori:\n\n{to}\nRemote Server returned '{reply}'\n",
	},
	{
		"Exchange in Dutch",
		"postmaster@relay.example",
		"Onbestelbaar: Uw afspraak",
		"De aflevering is mislukt voor deze geadresseerden of " +
			"groepen:\n\n{to}<mailto:{to}>\n\nDiagnostische gegevens voor beheerders:\n\n{to}\nRemote " +
			"Server returned '{reply}'\n",
	},
	{
		"Exchange in Polish",
		"postmaster@relay.example",
		"Niedostarczona: Twoja wizyta",
		"Dostarczenie nie powiodło się do następujących adresatów lub " +
			"grup:\n\n{to}<mailto:{to}>\n\n{to}\nRemote Server returned '{reply}'\n",
	},
	{
		"Mail.ru in Russian",
		"mailer-daemon@relay.example",
		"Недоставленное сообщение",
		"Письмо, отправленное Вами, не может быть доставлено одному или нескольким получателям:\n\n{to}\n  " +
			"  SMTP error from remote mail server after RCPT TO:<{to}>:\n    {reply}\n",
	},
	{"QQ in Chinese", "PostMaster@relay.example", "系统退信", "抱歉，您的邮件被退回来了……\n\n收件人邮件地址：{to}\n退信原因：\n{reply}\n"},
	{"163 in Chinese", "Postmaster@relay.example", "系统退信/System bounce",
		"抱歉，您的邮件未能投递。\n\n收信人：{to}\n错误信息：SMTP error, RCPT TO: {reply}\n"},
	{"A carrier in Japanese", "Mail Administrator <Postmaster@relay.example>",
		"Mail System Error - Returned Mail",
		"次の宛先にメールを配信できませんでした。\n\nRecipient: <{to}>\nReason:    {reply}\n"},
	{"Naver in Korean", "mailer-daemon@relay.example", "[메일 전송 실패] 반송",
		"메일이 다음 수신자에게 전달되지 못했습니다.\n\n받는 사람: {to}\n사유: {reply}\n"},
	{"A mailer in Turkish", "postmaster@relay.example", "Teslim edilemedi: Randevunuz",
		"Aşağıdaki alıcılara teslim edilemedi:\n\n{to}\nRemote Server returned '{reply}'\n"},
	{
		"A mailer in Swedish",
		"postmaster@relay.example",
		"Olevererbart: Ditt besök",
		"Meddelandet kunde inte levereras till följande mottagare:\n\n{to}\nRemote Server returned " +
			"'{reply}'\n",
	},
	{"A mailer in Czech", "postmaster@relay.example", "Nedoručitelné: Vaše návštěva",
		"Zprávu se nepodařilo doručit:\n\n{to}\nRemote Server returned '{reply}'\n"},
}

// mail writes a mail in the style.
func (s style) mail(to, reply string) []byte {
	fill := strings.NewReplacer("{to}", to, "{reply}", reply, "{quoted}",
		reply[:3]+"-'"+strings.TrimSpace(reply[3:])+"'")
	text := fmt.Sprintf(
		"Return-Path: <>\nFrom: %s\nTo: desk@marlow.example\nSubject: %s\nMessage-ID: "+
			"<b1@relay.example>\nDate: Tue, 3 Nov 2026 09:01:00 +0000\nMIME-Version: 1.0\nContent-Type: "+
			"text/plain; charset=utf-8\n\n%s\n",
		s.from,
		mime.QEncoding.Encode("utf-8", fill.Replace(s.subject)),
		fill.Replace(s.body),
	)
	return []byte(strings.ReplaceAll(text, "\n", "\r\n"))
}

// said are replies of other servers, with the reasons that are right and whether the address is to be opted
// out.
var said = []struct {
	reply   string
	reasons []string
	optsOut bool
}{
	{"550 5.1.1 <ruth@mill.example>: Recipient address rejected: User unknown in virtual mailbox table",
		[]string{"user-unknown"}, true},
	{"550 No such user here", []string{"user-unknown"}, true},
	{"550 5.1.1 The email account that you tried to reach does not exist", []string{"user-unknown"}, true},
	{"552 5.2.2 Over quota: the mailbox is full", []string{"mailbox-full"}, false},
	{"554 5.7.1 Message rejected: your host is listed at zen.spamhaus.org",
		[]string{"ip-blocklist", "policy", "ip-reputation"}, false},
	{"550 5.7.26 Unauthenticated email is not accepted due to the domain's DMARC policy",
		[]string{"dmarc-fail", "unauthenticated"}, false},
	{"550 5.7.1 Recipient address rejected: Access denied by local policy",
		[]string{"policy", "recipient-policy", "address-doubtful"}, false},
	{"554 5.7.1 Spam message rejected", []string{"spam-content", "content-rejected"}, false},
}

// Each mailer's way of telling a failure is read: the one recipient, the other server's words and nothing
// else as the reason, and the address opted out only where the words say so.
func TestStyles(t *testing.T) {
	n := 0
	for _, s := range styles {
		for _, c := range said {
			n++
			events, err := Read(s.mail("ruth@mill.example", c.reply), "", nil)
			if err != nil || len(events) != 1 {
				t.Errorf("%s, %s: %d events, %v", s.name, c.reply, len(events), err)
				continue
			}
			e := events[0]
			if e.Recipient != "ruth@mill.example" || !e.Type.Failure() ||
				!slices.Contains(c.reasons, e.Reason) ||
				optsOut(e) != c.optsOut {
				t.Errorf("%s, %s: %s %s for %q, opts out: %t (%q)", s.name, c.reply, e.Type, e.Reason,
					e.Recipient, optsOut(e), e.Diagnostic)
			}
		}
	}
	if n < 200 {
		t.Errorf("%d mails", n)
	}
}

// What servers say in other languages than English is understood as it is meant.
func TestRepliesInOtherLanguages(t *testing.T) {
	unknown, full := "user-unknown", "mailbox-full"
	for reply, want := range map[string]string{
		"550 5.1.1 Empfänger unbekannt": unknown, "550 Der Empfänger existiert nicht": unknown,
		"550 5.1.1 Destinataire inconnu": unknown, "550 Cet utilisateur n'existe pas": unknown,
		"550 El usuario no existe": unknown, "550 Buzón inexistente": unknown,
		"550 Destinatário desconhecido": unknown, "550 O usuário não existe": unknown,
		"550 Indirizzo inesistente": unknown, "550 L'utente non esiste": unknown,
		"550 Onbekende gebruiker": unknown, "550 Postbus bestaat niet": unknown,
		"550 Nie ma takiego użytkownika": unknown, "550 Użytkownik nie istnieje": unknown,
		"550 Нет такого пользователя": unknown, "550 Пользователь не существует": unknown,
		"550 该用户不存在": unknown, "550 收件人不存在": unknown, "550 ユーザーが見つかりません": unknown,
		"550 メールアドレスが存在しません": unknown, "550 사용자를 찾을 수 없습니다": unknown,
		"550 Böyle bir kullanıcı yok": unknown, "550 Okänd användare": unknown,
		"550 Uživatel neexistuje": unknown, "550 Ukendt bruger": unknown,
		"552 Das Postfach ist voll": full, "552 Boîte aux lettres pleine": full, "552 Buzón lleno": full,
		"552 Caixa de correio cheia": full, "552 Casella piena": full,
		"552 Postvak is vol": full, "552 Skrzynka pełna": full, "552 Ящик переполнен": full,
		"552 收件箱已满": full, "552 邮箱空间不足": full, "552 メールボックスがいっぱいです": full,
		"552 사서함이 가득 찼습니다": full, "552 Posta kutusu dolu": full, "552 Brevlådan är full": full,
		"552 Schránka je plná": full,
	} {
		events, err := Read(styles[0].mail("ruth@mill.example", reply), "", nil)
		if err != nil || len(events) != 1 || events[0].Reason != want {
			t.Errorf("%s: %+v, %v; want %s", reply, reasonsOf(events), err, want)
		}
	}
}

func reasonsOf(events []models.Event) (all []string) {
	for _, e := range events {
		all = append(all, e.Reason)
	}
	return all
}
