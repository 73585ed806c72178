"""Why mail does not arrive: the reasons, what each means, and the words in which mail servers say them."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from tradewind.messaging.incoming.mail import Kind


@dataclass(frozen=True, slots=True)
class Reason:
    """`permanent` and `temporary` are the statuses of RFC 3463 that stand for it where the server gave none."""

    kind: Kind
    permanent: str
    temporary: str
    words: tuple[str, ...]


_HARD: Final = Kind.HARD
_SOFT: Final = Kind.SOFT

# In the order in which they are looked for. Words are regular expressions over small letters with single spaces.
REASONS: Final[dict[str, Reason]] = {
    "full": Reason(
        _SOFT,
        "5.2.2",
        "4.2.2",
        (
            r"(mail ?box|inbox|mail ?folder|mail ?drop|account|user|recipient)('s)? ?(is|was|has|are)? ?(currently |temporarily |already |too |over )*full",
            r"(over|exceed\w*|exceeds|reached|out of|above|beyond|full) (its |his |her |their |the |your |his/her |of )*(mail ?box |maximum |allowed |disk |storage |message |mail |hard |soft |allotted )*(quota|storage limit|storage allocation|size limit of (the )?mailbox)",
            r"(quota|storage) (has been |was |is |would be |will be )*(exceeded|full|over|reached|exhausted)",
            r"quota (exceed|violation|limit)|over ?quota|overquota|mailbox ?full|exceeded storage|mailfull|mail quota",
            r"(not enough|insufficient|out of|no more|lack of) (storage|disk|space|mailbox)( space)?( in| left| for| on)? ?(the |this |his |their )?(mail ?box|user|recipient|account|inbox|folder)",
            r"mail ?box (size )?(limit|quota|has exceeded|exceed|would exceed|is over|over|has reached)",
            r"(number|size) of messages in (the )?recipient|(user|recipient|mailbox|account|benutzer)\b.{0,20}(too many|zuviele) (e?-?mails|messages)",
            r"(too much|too many|no room for) (mail|messages?|data) (data )?(in|on|for) (the |this |his |that )*(mail ?box|user|recipient|account|drop)",
            r"would (exceed|overrun|be over) (the |its |his |her |your |maximum )*(mailbox|quota|storage|disk)",
            r"exceeds? (the )?(allowed |maximum )?(mailbox|mailfolder|storage)|disk quota|quotaexceeded|out of storage|inbox full",
            r"(account|user|mailbox|recipient|customer)\W.{0,60}(over ?quota|exceeded (its|his|their) )",
            r"postfach.{0,30}(voll|überfüllt)|speicherplatz.{0,40}(erschöpft|überschritten|aufgebraucht|voll)|quota.{0,20}überschritten",
            r"bo[iî]te.{0,40}(pleine|saturée)|quota.{0,20}dépassé|buz[oó]n.{0,40}llen[oa]|caixa.{0,40}cheia|casella.{0,40}piena",
            r"ящик.{0,40}(переполнен|заполнен)|превышена? (квота|размер)|postvak.{0,20}vol|skrzynk\w+.{0,30}(pełn|przepełn)",
            r"(邮箱|信箱|郵箱|收件箱).{0,12}(已满|已滿|满了|容量|空间不足|爆满)|空间(已满|不足)|(メール)?ボックス.{0,16}(一杯|いっぱい|満杯|容量)|容量.{0,8}(超え|超過|オーバー)",
        ),
    ),
    "too_big": Reason(
        _SOFT,
        "5.3.4",
        "4.3.4",
        (
            r"(message|mail|e-?mail|attachment|size|content)( size| length| file)? ?(is |was |are |has been )?(too |excessively )(big|large|long)",
            r"(message|mail|email|file|content|header)( file)? ?(size|length)?( of)?.{0,30}(exceed|exceeds|exceeded|greater than|larger than|bigger than|over) .{0,40}(limit|maxim|fixed|allowed|size|bytes|administrative)",
            r"(max\w*|allowed|permitted|fixed).{0,20}(message|mail|file)( file)? ?(size|length).{0,20}(exceed|over)",
            r"size (exceeds|limit|greater|violation)|exceed(s|ed)? (the )?(fixed )?(maximum|max|allowed)? ?(message|mail|server|size)( file)? ?(size|limit)|too (big|large) (a )?(message|mail)|messagetoolarge|delivery not authorized, message too",
            r"(nachricht|mail).{0,30}zu groß|message.{0,30}trop (gros|volumineux)|mensaje.{0,40}(demasiado grande|tamaño)|mensagem.{0,30}muito grande|(邮件|郵件|信件)(太大|过大|大小超)|メール.{0,10}サイズ.{0,10}(大き|超)",
        ),
    ),
    "moved": Reason(
        _HARD,
        "5.1.6",
        "4.1.6",
        (
            r"(has|have|is|was|user|mailbox|recipient|account)( \w+)? (moved|relocated|been moved|migrated)( to)?|address (has )?changed|changed (my|his|her|their|email|e-mail|the) ?(e-?mail )?address|new e-?mail address|forwarding address|no longer (valid|in use|using this) .{0,20}(please )?use|has been replaced by|no longer being monitored|recipient has moved",
        ),
    ),
    "disabled": Reason(
        # Opened again as often as not: a bill paid, a lock lifted. Those that keep failing are given up by their number.
        _SOFT,
        "5.2.1",
        "4.2.1",
        (
            r"(mail ?box|account|user|recipient|address|domain|customer|e-?mail)\b.{0,40}\b(is |are |has |been |was |currently |temporarily |administratively )*(disabled|suspended|inactive|deactivated|frozen|locked|not active|on hold|expired|blocked for inactivity|not activated|dormant|restricted)",
            r"(disabled|suspended|inactive|deactivated|dormant|frozen|locked|expired) (mail ?box|account|user|recipient|address|e-?mail)|account.?disabled|vdelivermail: account is locked|bounce: ?account|is.{0,10}sleeping|no longer active",
            r"konto.{0,30}(gesperrt|deaktiviert)|compte.{0,30}(suspendu|désactivé|inactif)|cuenta.{0,30}(suspendida|desactivada|inactiva)|conta.{0,30}(suspensa|desativada|inativa)|ящик.{0,30}(заблокирован|отключен)|(账号|帐号|账户|帳號|邮箱).{0,10}(停用|冻结|禁用|锁定|休眠|凍結)",
        ),
    ),
    "blocked": Reason(
        _SOFT,
        "5.7.1",
        "4.7.1",
        (
            r"(blocked|rejected|listed|denied|refused|banned|blacklisted|block-?listed|black-?listed) (by|using|at|in|on|from|due to|because of) ?(the )?[\w.-]{0,40}(rbl|dnsbl|sbl|xbl|pbl|spamhaus|spamcop|sorbs|barracuda|blacklist|black list|blocklist|block list|reputation|senderbase|uribl|surbl|mail-abuse|njabl|cbl)",
            r"spamhaus|spamcop|dnsbl|\brbls?\b|senderbase|senderscore|black-? ?list|block-? ?list|deny-? ?list|\bip(v[46])?\b ?(address)?.{0,50}(blocked|banned|rejected|denied|listed|bad|poor|not allowed|refused)|(blocked|banned) (ip|your|senders?|host|because)",
            r"(bad|poor|low|no|negative) (sender |ip |domain )?reputation|reputation (of|is|too|score)|(client|connecting|sending|mail|your|remote|the) (host|server|ip|mta|system|network|address)( address)?.{0,40}(is |was |has been |been )(blocked|rejected|denied|banned|not allowed|not permitted)",
            r"(reverse|ptr|rdns|helo|ehlo|forward).{0,40}(dns|not found|record|lookup|hostname|resolve|mismatch|does not|cannot|command rejected|invalid)|no ptr|cannot (find|resolve) your (host ?name|ip|reverse|address)|generic (reverse|rdns|hostname)|dynamic (ip|pool|dial|address)|dial-?up|unresolvable relay host",
            r"access (denied|refused|is denied).{0,60}\b(ip|host|sender|client|banned|reputation)\b|connection (refused|rejected|denied|blocked|dropped) (by|due|because|from your)|temporarily (deferred|blocked|rejected) due to|not (allowed|permitted|authorized) to (connect|send|use) .{0,40}(server|host|relay|from)|bad sender ip|excessive (spam|complaints)|delivery report.{0,20}block|refused to talk to me: 5",
        ),
    ),
    "rate": Reason(
        _SOFT,
        "5.7.0",
        "4.7.0",
        (
            r"too many (connections|concurrent|sessions|messages|e?mails|hops? per|recipients|errors|invalid|unknown|requests|simultaneous)|rate ?limit|exceeded.{0,40}(rate|hourly|daily|per hour|per minute|connection|sending limit)|throttl|sending.{0,20}(too fast|too frequently|limits?)|frequency (limited|of)|try again later.{0,10}rate|(receiving|sending|connection|messages?) (mail )?(at a rate|frequency)|max(imum)? (number of )?(connections|messages|recipients)|(发信|發信|发送|频率).{0,10}(过多|过快|频繁|限制)|receive a message from a sender.{0,20}too|(has|have) exceeded (the )?(max|number)|speeding|unusual (rate|volume|activity)",
        ),
    ),
    "unknown_host": Reason(
        _HARD,
        "5.1.2",
        "4.1.2",
        (
            r"host unknown|unknown (mail )?host|host ?name (unknown|not found|lookup fail)|(host|domain)( name)? (or domain name )?(was |is |could |can )?(not|n't) ?(be )?(found|exist|resolve|valid|known|located)|domain (does not|doesn'?t|is not|not|is in) ?(exist|valid|found|known|in dns)?.{0,8}(exist|valid|found)|no such (host|domain)|non-?existent (domain|host)|nxdomain|(can'?t|cannot|could not|couldn'?t|unable to) (find|resolve|locate|look up) (any |a |the )?(host|domain|mail ?server|mx|exchanger)|(unrouteable|unroutable|unknown|illegal|invalid|bad) (mail )?(domain|host)|name or service not known|bad destination (host|system|mailbox address domain)|name service error for .{0,60}type=(a|mx|aaaa)(:|).{0,20}host.{0,10}not found|no (mx|a) (record|or)|mx .{0,30}(does not exist|not found|lookup failure)|dns.{0,30}(no|non-?existent|not found|type 'mx' lookup of .* responded with code nxdomain)|domain.{0,40}(no|without) mx|don'?t know how to (route|deliver)|all relevant mx records point to non-?existent|cannot find.{0,20}host named|domain is not valid|address resolver: no such",
            r"domain.{0,30}existiert nicht|unbekannte domain|domaine.{0,20}(inconnu|n'existe)|dominio.{0,30}(no existe|desconocid)|域名(不存在|错误|無效)|домен.{0,20}не (существует|найден)",
        ),
    ),
    "not_accepting": Reason(
        _HARD,
        "5.3.2",
        "4.3.2",
        (
            r"(host|domain|server|system|address)\b.{0,40}(does not|doesn'?t|never|do not|will not) (accept|receive|handle)s? ?(any |incoming |inbound |e-?)*(mail|messages)|null ?mx|does not accept mail \(nullmx\)|no mail accepted|this account is not for (receiving|incoming)|do ?not ?reply.{0,40}not (accept|monitor)|5\d\d .{0,12}host does not accept mail",
        ),
    ),
    "auth": Reason(
        _SOFT,
        "5.7.1",
        "4.7.1",
        (
            r"\bspf\b|\bdkim\b|\bdmarc\b|sender policy framework|unauthenticated (e?mail|sender)|authentication.{0,30}(fail|required|check|result)|sender.?id.{0,20}(fail|pra)|not authenticated|starttls|\btls\b.{0,30}(required|fail)|failed authentication|must authenticate|auth command",
        ),
    ),
    "spam": Reason(
        _SOFT,
        "5.7.1",
        "4.7.1",
        (
            r"\bspam\b|spammy|spam-?like|spam(assassin|content|detect|filter|rule|trap|score)|unsolicited|junk ?mail|bulk (e?mail|message)|looks like spam|(message|mail|content).{0,40}(considered|classified|identified|detected|appears|seems|suspected).{0,20}(spam|junk|unsolicited|bulk|suspicious)|\bube\b|\buce\b|phish|high score|blacklisted url|cloudmark|brightmail|greylist",
            r"(垃圾邮件|垃圾郵件|迷惑メール|スパム)|спам|pourriel|correo no deseado",
            r"virus|infected|malware|trojan|worm found|(attachment|file|extension).{0,50}(blocked|forbidden|not allowed|prohibited|banned|type|stripped)|executable",
        ),
    ),
    "unknown_user": Reason(
        _HARD,
        "5.1.1",
        "4.1.1",
        (
            r"(user|recipient|mail ?box|account|address|addressee|alias|customer|member|person|list|mail ?drop|subscriber|destination|receiver|login)('s)?( e?-?mail)?( name| address| account| id)?\W{0,3}.{0,60}?\b(is |was |are |has |been |could |can |does |do |did )*(unknown|not (be )?(found|known|exist|exists|listed|valid|recognized|recognised|located|available|here|present|registered|correct|accepted|in|a valid|a known|our customer|have)|doesn'?t exist|don'?t exist|isn'?t (valid|found|known|here)|not ?exist|invalid|undeliverable|unavailable|nonexistent|non-existent|non existent|unrecognized|terminated|discontinued|closed|removed|deleted|cancelled|no longer|incorrect|wrong|bad|undefined|unresolvable|unroutable|unrouteable)",
            r"(unknown|invalid|no such|bad|nonexistent|non-existent|non existent|undefined|unrecognized|illegal|incorrect|wrong|unrouteable|unroutable|unresolvable|undeliverable|ambiguous|not a valid|not a known|no valid|no|no matching|not our|isn't a valid|unregistered|unable to find|couldn'?t find|could not find|cannot find|can'?t find|deleted|terminated|closed|nobody|not known|rejected|unmatched|without|unavailable|missing|failed) (the |a |any |such |this |that |local |virtual |mail |e-?mail |final |specified |intended |destination |requested |delivery |original |matching |remote |pop |imap |valid |active |rcpt )*(user|recipient|mail ?box|account|address|addressee|alias|customer|member|person|username|userid|login|local part|local-part|mailbox address|name|mail ?drop|rcpt|receiver|subscriber|entry|list|destination)",
            r"(sorry, )?no mail ?box (here )?by that name|no (one|body) (here|by|with|at)|that (user|person|account|address) (is|does)|name (is )?not (recognized|found|known|unique)|not (a |our )?(valid|known|local) (user|mailbox|recipient|customer|account|address)|does not (have|like) (an?|any)? ?(account|mailbox|recipient|such|\w+ account)|doesn'?t have an? .{0,40}account|user_?unknown|badrcptto|recipnotfound|recipient\w* not ?found|unknown-?user|no_?such_?user|rcpt ?to.{0,40}(not|rejected|invalid|denied)|delivery to (the following )?recipients? .{0,20}not allowed",
            r"there is no (one|user|such|account|mailbox)|has no (mailbox|account|such)|not listed in|(not|isn't|is n't) (found|listed|present) (in|on|at) (the |our |this |public |domino |name )*(directory|address book|domain|system|server|database|name)|address (could not|cannot) be (found|resolved)|recipient address rejected(?!: .{0,80}(polic|denied|service|try|temporar|verif|grey|spf|block|domain))|5\.4\.1 .{0,80}recipient address rejected: access denied|recipient rejected|address rejected(?!:)|account (does not|doesn'?t) exist|i couldn'?t find any|cuda_nsu|unknown (address|to|rcpt)|addressing error|no route for|5\.1\.10|5\.5\.0 .{0,5}requested action not taken: mailbox unavailable|mailbox unavailable|not known (at|here|in)|isn'?t known|unknown in|left (the )?(company|organi[sz]ation)|no longer (works|employed|with (us|the)|valid|available|exists?|at|on|accepts|in use|here)|user not|dosn't exist|not exists?|is not a (registered|valid|known)|address ?error|invalid rcpt|rcpt invalid|recipients? .{0,20}(were|was) not|mail receiving disabled|unrouteable address|couldn'?t be found|can'?t be found|wasn'?t found",
            r"(empfänger|benutzer|adresse|postfach|mailbox|nutzer).{0,60}(unbekannt|existiert nicht|nicht (gefunden|bekannt|vorhanden|gültig|erreichbar)|ungültig|gibt es nicht)|unbekannte[rs]? (empfänger|benutzer|nutzer|adresse)",
            r"(utilisateur|destinataire|adresse|bo[iî]te|compte).{0,60}(inconnu|n'existe pas|introuvable|invalide|inexistant|n'a pas (pu être|été) trouv)|(usuario|destinatario|direcci[oó]n|cuenta|buz[oó]n).{0,60}(desconocid|no (existe|encontrad|v[aá]lid)|inexistente|inv[aá]lid)|(usu[aá]rio|destinat[aá]rio|endere[cç]o|conta|caixa).{0,60}(desconhecid|n[aã]o (existe|encontrad|foi encontrad)|inexistente|inv[aá]lid)",
            r"(utente|destinatario|indirizzo|casella|account).{0,60}(sconosciut|non (esiste|trovat|valid)|inesistente)|(gebruiker|ontvanger|adres).{0,60}(onbekend|bestaat niet|niet gevonden)|(пользовател|получател|адрес|ящик).{0,60}(не (найден|существует|зарегистрирован|обнаружен)|неизвест|отсутствует)|нет такого|(użytkownik|adres|odbiorc).{0,60}(nieznany|nie istnieje|nie znalezion)",
            r"(用户|用戶|收件人|账号|帐号|帳號|邮箱|信箱|地址|使用者|邮件地址).{0,16}(不存在|未找到|找不到|无效|無效|错误|未知|被拒|已注销)|(不存在|无效|未知)的?(用户|收件人|邮箱|地址|邮件地址)|查无此|(宛先|ユーザ|アドレス|メールアドレス|受信者).{0,24}(不明|存在しません|存在しない|見つかりません|見つからない|ありません|誤り|間違|無効|使われておりません|登録されていません)|(사용자|수신자|주소|메일).{0,16}(없습니다|존재하지|알 ?수 ?없)|unbekannt|desconocido|inconnu\b",
        ),
    ),
    "relay": Reason(
        _SOFT,
        "5.7.1",
        "4.7.1",
        (
            r"relay(ing)? (access |to this |to |from |is |was |not |operation |of |mail |attempt )*(denied|not|prohibited|disallowed|rejected|refused|permitted|allowed|blocked)|(not|unable|cannot|won'?t|refuse\w*|no|denied|not (allowed|permitted) to) (to )?relay|rcpthosts|not (a )?gateway|open relay|not in my list of|unauthori[sz]ed relay|insecure mail relay|we do not relay",
        ),
    ),
    "expired": Reason(
        _SOFT,
        "4.4.7",
        "4.4.7",
        (
            r"(message|mail|delivery|queue|retry|time|maximum).{0,40}(expired|timed? ?out|timeout|lifetime|too long|exceeded (the )?(maximum|max|retry|time))|(cannot|could not|not|undeliver\w+|unable).{0,50}(for|after|within|in) (the (last|past) )?\d+ ?(hour|day|minute|week)|in the queue too long|on the queue for|too many (failed )?(delivery )?(attempts|retries|tries)|(failed|after) \d+ (attempts|tries)|(delay|retry|retries|retry time|attempts?).{0,20}(exceeded|exhausted|not reached)|delivery time.?out|been in (the|my) (mail )?(queue|server)|gave up|giving up after|unable to deliver.{0,60}since|deferred|will (be|keep|continue) (re)?try\w*|delayed",
        ),
    ),
    "network": Reason(
        _SOFT,
        "5.4.1",
        "4.4.1",
        (
            r"not accept our requests to connect|connection (timed out|refused|reset|lost|dropped|closed|failed|timeout|was)|time-?out|timed out|no route to host|network (is )?(unreachable|error)|host (is )?(unreachable|down|not responding)|could(n'?t| not) (connect|establish|make|reach)|(unable|failed) to (connect|establish|reach|contact)|lost connection|(routing|mail|mx) loop|loop(s|ing)? (back|detected)|\blooping\b|bounce loop|too many hops|hop count|mail for .{0,80} loops|unreachable|no answer|not answering|dns (error|fail|server|query|lookup|timeout)|name server|server (busy|unavailable|is not|down)|i wasn't able to establish an smtp|network error|not responding",
        ),
    ),
    "policy": Reason(
        _SOFT,
        "5.7.1",
        "4.7.1",
        (
            r"polic(y|ies)|prohibited|security|not (authori[sz]ed|permitted|allowed)|permission|unauthori[sz]ed|access (is )?denied|denied|refused|reject\w*|restrict|content filter|filter(ed)?\b|forbidden|administrativ|bad ?mail ?from|envelope sender|does not (want|wish|accept)|sender.{0,40}(invalid|unknown|verify|verification|not exist|denied|rejected|address)|closed (list|group)|members? only|subscribers? only|only members|moderat|must be (a member|subscribed)|not (a member|subscribed)|blocked|not accept|transaction failed|domain filter|拒绝|拒否|abgelehnt|verweigert|refusé|rechazad|rejeitad|rifiutat|отклонен",
        ),
    ),
    "system_full": Reason(
        _SOFT,
        "5.3.1",
        "4.3.1",
        (
            r"(no space left|insufficient (system|disk|storage)|disk (full|is full)|not enough (disk )?space|out of (disk|memory|space)|system (is )?full|low (on )?disk)",
        ),
    ),
    "system": Reason(
        _SOFT,
        "5.3.0",
        "4.3.0",
        (
            r"(system|configuration|internal|local|server|service|software|mailer|resource|i/o|database|ldap|processing|delivery agent|script|command).{0,30}(error|problem|fail\w*|unavailable|not available|temporarily|exited|died|crash|output)|temporar(y|ily)|command (output|died|time limit)|can'?t (create|open|write|lock)|couldn'?t (create|open)|unknown mailer error|exit status|try again|greylist|grey-list|alias loop|permission denied|please (re)?try",
        ),
    ),
    "syntax": Reason(
        _SOFT,
        "5.5.0",
        "4.5.0",
        (
            r"syntax error|unrecogni[sz]ed command|bad sequence|protocol error|command (not|unrecognized|unknown)|(need|no) (rcpt|recipient|mail)|8bitmime|smtputf8|content.{0,20}(reject|not supported|conversion)|line too long|mime|bare (lf|cr)|headers?.{0,30}(invalid|missing|error)",
        ),
    ),
}
_LONGEST: Final = 6_000

# What a status means on its own, by its last two numbers or by its middle one.
_BY_STATUS: Final = {
    "1.0": "", "1.1": "unknown_user", "1.2": "unknown_host", "1.3": "unknown_user", "1.4": "unknown_user", "1.6": "moved",
    "1.10": "unknown_user", "2.0": "policy", "2.1": "disabled", "2.2": "full", "2.3": "too_big", "3.1": "system_full",
    "3.4": "too_big", "4.4": "unknown_host", "4.7": "expired", "0.0": "",
}  # fmt: skip
_BY_MIDDLE: Final = {
    "1": "policy",
    "2": "policy",
    "3": "system",
    "4": "network",
    "5": "syntax",
    "6": "syntax",
    "7": "policy",
}
# Words so common that a telling status outweighs them.
_WEAK: Final = {"policy", "expired", "network", "system", "system_full", "syntax", "auth", "spam"}


@lru_cache(maxsize=256)
def reasons_in(words: str) -> frozenset[str]:
    """All reasons that a text gives. Kept, because a report says the same of thousands of addresses."""
    text = " ".join(words[:_LONGEST].lower().split())
    return frozenset(key for key in REASONS if _pattern_of(key).search(text))


def reason_of(words: str, status: str, around: str = "") -> str:
    """The reason that words and status give together; empty where they say nothing."""
    said = reasons_in(words) | reasons_in(around)
    found = [key for key in REASONS if key in said]
    told = reason_of_status(status)
    if told in found and told not in _WEAK:
        return told
    if found and (found[0] not in _WEAK or told in {"", *_WEAK}):
        # "User unknown" of a server that calls it 5.2.0 is a filter's: the address exists.
        return "policy" if found[0] == "unknown_user" and status.endswith(".2.0") else found[0]
    return told or (found[0] if found else "")


def reason_of_status(status: str) -> str:
    """What a status alone means; empty for one that says nothing."""
    _, _, detail = status.partition(".")
    return _BY_STATUS.get(detail, _BY_MIDDLE.get(detail.partition(".")[0], ""))


@cache
def _pattern_of(key: str) -> re.Pattern[str]:
    """Made when first asked for: most mails are no bounces, and a pipe starts a process for each."""
    return re.compile("|".join(f"(?:{words})" for words in REASONS[key].words))
