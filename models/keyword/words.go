package keyword

// loneKeywords are the words that ask when they stand alone in a text: the union of what the providers
// understand, so that a wish is known before the next sending fails. In a sentence many of them mean
// something else.
var loneKeywords = map[string]Keyword{
	"stop":        Stop,
	"stopall":     Stop,
	"stop all":    Stop,
	"unsubscribe": Stop,
	"cancel":      Stop,
	"end":         Stop,
	"quit":        Stop,
	"revoke":      Stop,
	"optout":      Stop,
	"opt out":     Stop,
	"remove":      Stop,
	"arret":       Stop,
	"td":          Stop,
	"退订":          Stop,
	"unsub":       Stop,
	"fin":         Stop,
	"sair":        Stop,
	"parar":       Stop,
	"start":       Start,
	"unstop":      Start,
	"yes":         Start,
	"help":        Help,
	"info":        Help,
	"aide":        Help,
	"hilfe":       Help,
	"ayuda":       Help,
}

// stopPhrases ask to stop, in the languages of the countries to which texts go; without accents.
var stopPhrases = []string{
	"stop", "stop all", "stopall", "stopp", "unsubscribe", "unsubscribe me", "optout", "opt out",
	"opt me out", "remove me", "take me off", "leave me alone", "no more texts", "no more messages",
	"no more sms", "no texts", "do not text", "dont text", "do not contact", "dont contact",
	"do not message", "dont message", "arret", "arreter", "arretez", "stopper", "desabonner",
	"desabonnement", "desinscrire", "desinscription", "me desabonner", "me desinscrire", "plus de sms",
	"ne plus recevoir", "abmelden", "abmeldung", "abbestellen", "austragen", "stoppen", "aufhoren",
	"keine sms mehr", "keine nachrichten mehr", "keine weiteren nachrichten", "baja", "darse de baja",
	"dar de baja", "darme de baja", "cancelar suscripcion", "parar", "pare", "no mas mensajes",
	"no enviar mas", "alto", "basta", "cancelar inscricao", "descadastrar", "remover", "sair",
	"nao enviar mais", "pare de enviar", "disiscriviti", "disiscrivere", "cancellami", "disattiva",
	"fermare", "ferma", "smettere", "smettetela", "afmelden", "uitschrijven", "afmeld", "avmeld",
	"avsluta", "avbryt", "avregistrer", "frameld", "slutt", "lopeta", "peruuta tilaus", "wypisz",
	"rezygnuje", "zrezygnuj", "koniec", "odhlasit", "odhlasenie", "leiratkozas", "dezabonare",
	"dezabonati", "odjava", "iptal", "ret", "abonelikten cik", "стоп", "отписаться", "отпишите",
	"отпишите меня", "отписка", "отмена", "зупинити", "διακοπη", "διαγραφη", "إيقاف", "الغاء", "إلغاء",
	"توقف", "قف", "עצור", "הסר", "הסירו", "बंद करो", "रोकें", "หยุด", "ยกเลิก", "berhenti", "huy",
	"tu choi", "退订", "退訂", "取消订阅", "取消訂閱", "停止", "取消订閱", "不要再发", "别再发", "不要再發", "配信停止", "停止して", "解除",
	"登録解除", "ストップ", "수신거부", "중지", "그만", "해지", "거부",
}

// startPhrases ask to hear from us again.
var startPhrases = []string{
	"start", "start again", "unstop", "resume", "opt in", "optin", "opt me in", "resubscribe",
	"subscribe me", "begin", "reprendre", "reabonner", "anmelden", "wieder anmelden", "alta",
	"darme de alta", "reanudar", "iniciar", "riprendi", "iscrivimi", "aanmelden", "anmald", "tilaa",
	"wznow", "старт", "возобновить", "подписаться", "ابدأ", "استئناف", "התחל", "订阅", "訂閱", "重新订阅", "開始",
	"再開", "시작", "재개",
}

// otherStops hold a word that asks, and mean something else.
var otherStops = []string{
	"bus stop", "stop by", "stop at", "non stop", "nonstop", "dont stop", "do not stop", "not stop",
	"never stop", "cant stop", "cannot stop", "stop over", "full stop", "stop in", "when does it stop",
	"stop the pain", "stop taking", "stop eating", "stop smoking", "stop bleeding", "stop calling",
	"stop phoning", "wont stop", "doesnt stop", "didnt stop", "will start", "did it start",
	"when do you start", "start date", "start time", "ne pas arreter", "nicht stoppen",
}

// ambiguous are words that may ask to stop, and may be about an appointment.
var ambiguous = []string{
	"cancel", "end", "quit", "revoke", "remove", "unsub", "stops", "stopping", "stopped", "sms stop",
	"no more", "spam", "harassing", "harassment", "wrong number",
}

// courtesy is what stands around a wish and changes nothing about it.
var courtesy = wordSet(
	"please", "pls", "plz", "thanks", "thank", "you", "thx", "ty", "u", "cheers", "kindly", "now", "ok",
	"okay", "hi", "hello", "hey", "dear", "sir", "madam", "sorry", "regards", "me", "my", "to", "from",
	"your", "all", "text", "texts", "texting", "message", "messages", "messaging", "sms", "send",
	"sending", "sends", "sent", "these", "this", "that", "it", "the", "a", "any", "more", "further",
	"number", "wrong", "person", "i", "want", "would", "like", "need", "dont", "do", "not", "anymore",
	"again", "immediately", "at", "once", "asap", "and", "yes", "just", "team", "contacting", "contact",
	"for", "list", "svp", "sil", "vous", "plait", "merci", "bonjour", "moi", "de", "ces", "les", "des",
	"ce", "numero", "envoyer", "envoi", "tout", "veuillez", "je", "veux", "mauvais", "faux", "bitte",
	"danke", "hallo", "mir", "mich", "sofort", "keine", "mehr", "nachrichten", "vielen", "dank", "falsche",
	"nummer", "ich", "mochte", "alle", "diese", "jetzt", "por", "favor", "gracias", "hola", "los", "estos",
	"mensajes", "mensaje", "quiero", "equivocado", "ya", "todo", "obrigado", "obrigada", "ola",
	"mensagens", "quero", "essas", "estas", "per", "favore", "grazie", "ciao", "messaggi", "messaggio",
	"voglio", "sbagliato", "alstublieft", "aub", "wel", "bedankt", "berichten", "graag", "tack", "takk",
	"tak", "venligst", "vennligst", "kiitos", "prosze", "dziekuje", "prosim", "dekuji", "koszonom", "va",
	"rog", "multumesc", "hvala", "lutfen", "tesekkurler", "пожалуйста", "спасибо", "меня", "мне", "смс",
	"сообщения", "больше", "не", "شكرا", "من", "فضلك", "תודה", "בבקשה", "请", "谢谢", "謝謝", "請", "我要", "回复",
	"短信", "短信谢谢", "td", "t", "n", "吧", "了", "您好", "你好", "お願いします", "ください", "してください", "ありがとう", "부탁합니다",
	"감사합니다", "해주세요",
)

func wordSet(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, word := range words {
		set[plainWords(word)] = true
	}
	return set
}
