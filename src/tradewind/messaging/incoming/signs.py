"""What a mail's headers and words give away about who wrote it: a machine that could not deliver, one that answers, a person."""

import re
from typing import Final

from tradewind.messaging.incoming.opening import Opened

_DAEMON: Final = re.compile(
    r"mail(er)?[-_ ]?daemon|post[-_ ]?master|mail ?deliver|delivery (sub)?system|(mail|system|e-?mail|network) administrator|microsoftexchange|exchange server|delivery@|content-filter|mail ?(er)? ?service|smtp (daemon|server|gateway)|internet mail delivery|maildelivery|bounces?\b|mail (system|router|server|gateway)|mdaemon|mailadmin|mailsystem|mail-system|groupwise|non-?delivery|no-?reply|do-?not-?reply|daemon|imss|interscan|symantec|messagelabs|barracuda|mimecast|ironport|trend ?micro|mail ?marshal|smtp_mail_service|[-_]admin@|list manager|メール配信|邮件系统|系统退信|mail\.ru",
    re.IGNORECASE,
)
_SUBJECT: Final = re.compile(
    r"undeliver|deliver\w*\W{1,3}(the )?(status|fail\w*|has failed|notification|error|problem|report|delay\w*|incomplete|unsuccess\w*|impossible|is delayed|attempt)|return(ed|ing)\W{1,3}(e-?mail|mail|to sender|message|to the sender)|(mail|message|smtp|e-?mail|nachricht)\W{1,3}(system )?(error|failure|failed|delivery|delayed|rejected|could not|not delivered|status|undelivered|was not|cannot|can't|blocked|bounced|returned)|error (in |while |when )?(sending|delivering|processing)|failure (notice|of delivery|delivering)|fail(ed|ure)\W{1,3}(mail|message|to deliver|delivery|notice|notification)|non[- ]?(delivery|deliverable|remis|remise)|(could|can|was|is)( ?not|n't) (be )?(sent|deliver)|warning\W{1,3}.{0,30}(could not send|message|mail|still|delayed)|\bbounced?\b|permanent (error|fail)|transient|unknown (user|recipient|address)|user unknown|rejected (mail|message|post)|blocked|nondeliverable|unable to (deliver|send)|message (status|you sent)|\bndr\b|\bnot delivered|not been delivered|mail could|problem delivering|cannot send|unzustellbar|nicht (zugestellt|zustellbar)|zustell\w*|fehlgeschlagen|n[aã]o (entregue|foi)|falha|non remis|[ée]chec|no (se )?(puede|pudo|entreg)|imposible|mancat\w+ recapito|onbestelbaar|niet (afgeleverd|bezorgd)|недостав|не (может быть )?доставлен|ошибк|メールエラー|エラー|配信|配送|送信でき|届|退信|退回|投递|无法(送达|投递)|失败|not read",
    re.IGNORECASE,
)
_TEXT: Final = re.compile(
    r"undeliver|not a member of|(could|can|was|were|is|has|have|had)( ?not|n't) (yet )?(be |been |get |able to )?(be )?(deliver|reach|sent|relay|process)|deliver\w* (to|for|of|status|failure|failed|fail|problem|error|has failed|attempt|was|is)|unable to (deliver|send|relay|process)|did not reach|not delivered|return(ed|ing)? to (the )?sender|(permanent|fatal|delivery|transient|following)( fatal)? errors?|had (permanent|transient|delivery)|<<< ?[45]\d\d|[45]\d\d[ -]#?[45]\.\d+\.\d+|bounced?\b|rejected|(recipient|user|mailbox|address|host)\w*.{0,60}(unknown|not found|does not exist|full|failed|refused|rejected|invalid)|(unknown|no such|invalid) (user|recipient|mailbox|host)|failed|transcript of session|mail ?box|cannot (be )?(sen[dt]|deliver)|konnte nicht|nicht zugestellt|unzustellbar|n'a pas pu|n[aã]o (pôde|foi|p[oô]de)|no (se )?(ha )?(pudo|puede|podido)|impossibile|не (может|удалось|было|доставлен)|недостав|(配信|送信|届け?|お届け|配送).{0,12}(でき|ません|エラー|失敗)|エラー|无法|未能|退回|退信|失败|被拒",
    re.IGNORECASE,
)
_AUTO_SUBJECT: Final = re.compile(
    r"\bout of (the )?office\b|^\W*auto:|^\W*((re|aw|sv|antw|rv)\s*:\s*)?(\[?auto(matic|mated|matically)?\W{0,2}(generated )?(reply|response|respon\w*|answer|antwort|re:|svar)|auto-?(reply|responder|response|re)\b|out[ -]of[ -](the[ -])?office|ooo\b|(i am |i'm )?(currently )?(away|on (annual |parental |maternity |sick )?leave|on vacation|on holiday)\b|vacation\b|holiday (reply|response|message)|absence|abwesen|nicht im (büro|hause)|automatische? (antwort|reactie|nachricht)|autom\. antwort|eingangsbestätigung|r[ée]ponse automatique|absence du bureau|absent|en cong[ée]|respuesta autom|fuera de (la )?oficina|resposta autom|ausência|fora do escrit|risposta automatica|fuori (ufficio|sede)|afwezig|autosvar|automaattinen|automatisk|\\W*automatyczna odpowied|odpowied[źz] automatyczna|nieobecn|автоответ|автоматический ответ|отсутств|自动回复|自動回覆|自动答复|外出|不在(通知|のお知らせ|です)?|自動(返信|応答|回答)|휴가|부재|자동\s?응답|thank you for (contacting|your (e-?mail|message|mail)))",
    re.IGNORECASE,
)
_HANDED_ON: Final = re.compile(
    r"\s*(re|aw|antw|sv|rv|fwd?|wg|tr|enc|res|i|r|回复|答复|转发|回覆|轉寄)\s*[:：]", re.IGNORECASE
)
_OFFICE: Final = r"mail(er)?[-_ ]?daemon|post[-_ ]?master|mail deliver"
_ANSWERS: Final = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply", "x-auto-response", "x-vacation", "x-away")  # fmt: skip
_COMPLAINT: Final = re.compile(
    r"complaint about (message|mail|e-?mail) from|(email )?feedback (report|loop)|(spam|abuse) (complaint|report|feedback)|abuse report|junk mail report|reported as (spam|junk)",
    re.IGNORECASE,
)
_LOOP: Final = re.compile(r"feedback|fbl|complaint|abuse|staff@hotmail|scomp|junkreport|spam", re.IGNORECASE)
# What a feedback report may be besides a complaint: somebody's opinion that it is no spam, or a failed signature.
_NO_COMPLAINT: Final = ("not-spam", "auth-failure", "dkim", "dmarc")


def comes_from_a_daemon(opened: Opened) -> bool:
    """Written by a mail server, as far as its name tells; or with nobody to send it back to."""
    author = opened.header("From")
    if _is_nobody(opened) or _DAEMON.search(author) or opened.header("X-MLServer"):
        return True
    return has_no_return(opened) or _is_report(opened)


def is_by_machine(opened: Opened) -> bool:
    return comes_from_a_daemon(opened) or opened.header("Auto-Submitted").lower().startswith("auto")


def has_no_return(opened: Opened) -> bool:
    return opened.header("Return-Path").strip() == "<>"


def looks_returned(opened: Opened, text: str) -> bool:
    """Whether a mail from a machine tells that another did not arrive."""
    in_subject = _SUBJECT.search(opened.header("Subject")) is not None
    in_text = _TEXT.search(text[:20_000]) is not None
    if opened.header("X-Failed-Recipients"):
        return True
    if is_answer(opened) and not (in_subject and comes_from_a_daemon(opened)):
        return in_text and is_office(opened) and not _AUTO_SUBJECT.search(opened.header("Subject"))
    if comes_from_a_daemon(opened):
        return (in_subject and (in_text or bool(opened.returned) or is_office(opened))) or (
            in_text and (is_office(opened) or _is_report(opened))
        )
    return in_subject and in_text and bool(opened.returned) and _is_automatic(opened)


def may_be_returned(opened: Opened, text: str) -> bool:
    """Whether a mail that no machine seems to have written still speaks as one that could not deliver. Who answers or forwards is
    a person, who quotes what a machine said.
    """
    subject = opened.header("Subject")
    if opened.header("In-Reply-To") or opened.header("References") or _HANDED_ON.match(subject):
        return False
    return _SUBJECT.search(subject) is not None and _TEXT.search(text[:20_000]) is not None and not is_answer(opened)


def _is_report(opened: Opened) -> bool:
    return "delivery-status" in str(opened.head.get_param("report-type") or "").lower()


def is_answer(opened: Opened) -> bool:
    """An automatic answer: somebody is away, or has been told that we wrote, or has read it."""
    submitted = opened.header("Auto-Submitted").lower()
    if opened.is_receipt or _AUTO_SUBJECT.search(opened.header("Subject")):
        return True
    if submitted.startswith("auto-replied") and not _SUBJECT.search(opened.header("Subject")):
        return True
    if (
        opened.header("Precedence").lower().replace("-", "_") == "auto_reply"
        or opened.header("X-Autogenerated").lower() == "reply"
    ):
        return True
    return any(opened.header(name).lower() not in {"", "no"} for name in _ANSWERS)


def is_complaint(opened: Opened) -> bool:
    """Somebody pressed the button that says spam."""
    if opened.feedback:
        return not any(kind in opened.feedback.lower() for kind in (f"feedback-type: {name}" for name in _NO_COMPLAINT))
    if opened.header("X-HmXmrOriginalRecipient") or "x-hmxmroriginalrecipient" in opened.returned:
        return True
    if not _COMPLAINT.search(opened.header("Subject")):
        return False
    return _LOOP.search(opened.header("From")) is not None and bool(opened.returned)


def is_office(opened: Opened) -> bool:
    return _is_nobody(opened) or re.search(_OFFICE, opened.header("From"), re.IGNORECASE) is not None


def _is_nobody(opened: Opened) -> bool:
    """A mail that travelled and names no author."""
    author = opened.header("From")
    return author == "<>" or (not author and bool(opened.header("Received") or opened.header("Return-Path")))


def _is_automatic(opened: Opened) -> bool:
    return opened.header("Auto-Submitted").lower().startswith("auto") or bool(opened.status)
