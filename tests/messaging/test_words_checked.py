"""What shops may write: the variables of the sentence, one plain line, and nothing that begs, bribes, leads away or bows."""

from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.messaging.rewording import SUBJECT, TITLE, sentence, write
from tradewind.messaging.ports import is_one_line
from tradewind.messaging.wording.checking import LONGEST, LONGEST_SUBJECT, Fault, WrongWords, check_words
from tradewind.messaging.wording.comparing import difference
from tradewind.messaging.wording.finding import Sentence, sentences
from tradewind.messaging.wording.linting import BadManners, check_manners, rules

every_sentence = st.sampled_from(list(sentences().values()))
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
# Braces, what stands in them, and what breaks them apart.
tricky = st.lists(st.sampled_from(["{", "}", "ref", "{ref}", "{name}", "!r", ":>9", ".x", "[0]", " ", "a", "\n"])).map(
    "".join
)


@given(every_sentence, anything | tricky)
def test_whatever_passes_can_be_filled_in_and_says_all_and_only_what_the_sentence_says(
    each: Sentence, words: str
) -> None:
    try:
        check_words(each, words)
    except WrongWords:
        return
    values = {name: f"<{name}>" for name in each.names}

    filled = words.format(**values)

    assert all(value in filled for value in values.values())
    assert is_one_line(filled)
    assert len(words) <= (LONGEST_SUBJECT if each.is_subject else LONGEST)


@given(every_sentence, st.data())
def test_words_around_the_variables_in_any_order_pass(each: Sentence, data: st.DataObject) -> None:
    plain = st.text(st.characters(categories=["Ll", "Lu", "Lo"]), max_size=5)
    names = data.draw(st.permutations(sorted(each.names)))
    words = " ".join([f"{data.draw(plain)} {{{name}}}" for name in names] + [data.draw(plain)])

    check_words(each, words)

    assert {name for _, name, _, _ in Formatter().parse(words) if name} == each.names


@pytest.mark.parametrize(
    ("words", "fault", "what"),
    [
        ("Order", Fault.MISSING, "{ref}"),
        ("Order {ref} of {name}", Fault.UNKNOWN, "{name}"),
        ("Order {ref.__class__}", Fault.UNKNOWN, "{ref.__class__}"),
        ("Order {}", Fault.UNKNOWN, "{}"),
        ("Order {ref:>99999999}", Fault.BRACES, ""),
        ("Order {{ref}}", Fault.BRACES, ""),
        ("Order {ref", Fault.BRACES, ""),
        ("Order {ref}\r\nBcc: x@example.com", Fault.LINES, ""),
        ("Order {ref}\u2028Bcc: x@example.com", Fault.LINES, ""),
        ("Order {ref} <img src=x>", Fault.MARKUP, ""),
        ("Order {ref} &nbsp;", Fault.MARKUP, ""),
        ("**Order** {ref}", Fault.MARKUP, ""),
        ("Order {ref} " + "x" * LONGEST_SUBJECT, Fault.LONG, str(LONGEST_SUBJECT)),
    ],
)
def test_a_fault_is_named_with_what_is_wrong(words: str, fault: Fault, what: str) -> None:
    with pytest.raises(WrongWords) as refused:
        check_words(sentence(SUBJECT), words)

    assert (refused.value.fault, refused.value.what) == (fault, what)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("praise", "Please leave us a 5-star review"),
        ("praise", "We hope for ５ Stars"),
        ("praise", "We'd love a great rating"),
        ("praise", "★★★★★ ?"),
        ("praise", "Geben Sie uns bitte fünf Sterne"),
        ("praise", "Wir freuen uns über eine positive Bewertung"),
        ("praise", "如果满意，请给我们好评"),
        ("praise", "请给五\u200b星"),
        ("praise", "Laissez-nous un avis positif"),
        ("praise", "Donnez-nous 5 étoiles"),
        ("praise", "Déjanos una buena reseña"),
        ("praise", "Una valoración positiva nos ayuda"),
        ("praise", "高評価をお願いします"),
        ("praise", "星5つをお願いします"),
        ("praise", "Deixe uma avaliação positiva"),
        ("praise", "Dê-nos cinco estrelas"),
        ("gift_for_review", "A coupon for your review"),
        ("gift_for_review", "Für Ihre Bewertung gibt es einen Gutschein"),
        ("gift_for_review", "晒图评价可得红包"),
        ("gift_for_review", "Un cadeau pour votre avis"),
        ("gift_for_review", "Un regalo por su reseña"),
        ("gift_for_review", "レビューを書いてクーポンをもらおう"),
        ("gift_for_review", "Ganhe um brinde pela sua avaliação"),
        ("threat", "Please contact us before leaving a negative word"),
        ("threat", "Bitte die negative Bewertung ändern"),
        ("threat", "请不要给差评"),
        ("threat", "Merci de modifier votre avis"),
        ("threat", "Por favor, no deje una reseña negativa"),
        ("threat", "低評価の前にご連絡ください"),
        ("threat", "Evite uma avaliação negativa"),
        ("away", "See https://example.com"),
        ("away", "See our-shop.com for more"),
        ("away", "Write to me@example.com"),
        ("away", "WhatsApp us"),
        ("away", "请加微信"),
        ("away", "Call +86 755 1234 5678"),
        ("stiff", "Dear Sir/Madam,"),
        ("stiff", "Dear customer,"),
        ("stiff", "Sehr geehrte Damen und Herren,"),
        ("stiff", "尊敬的先生/女士："),
        ("stiff", "亲，您的包裹到了"),
        ("stiff", "Madame, Monsieur,"),
        ("stiff", "Estimado cliente:"),
        ("stiff", "お客様各位"),
        ("stiff", "Prezado cliente,"),
    ],
)
def test_bad_manners_are_refused_in_every_language(rule: str, words: str) -> None:
    with pytest.raises(BadManners) as refused:
        check_manners(words)

    assert refused.value.rule == rule
    assert refused.value.what


def test_a_gift_in_one_sentence_and_a_review_in_another_of_the_same_letter_are_refused(db: None) -> None:
    write(TITLE, "de", "Danke. Ein Gutschein liegt bei")

    with pytest.raises(BadManners) as refused:
        write(SUBJECT, "de", "Ihre Bewertung zu {ref}")
    write("Your parcel is out for delivery", "de", "Heute kommt Ihr Paket. Eine Bewertung hilft anderen")

    assert (refused.value.rule, refused.value.what) == ("gift_for_review", "gutschein … bewertung")


@pytest.mark.parametrize(
    "words",
    [
        "How was it? Tell us and others what you think.",
        "Would you write a review?",
        "As an apology you get a code for your next order.",
        "You get back the amount. The refund takes five days.",
        "Mögen Sie etwas über die Tasse schreiben?",
        "Wie war es? Eine Bewertung hilft anderen.",
        "Sie bekommen {amount} zurück.",
        "欢迎写下您的评价。",
        "亲自签收前请检查包裹。",
        "Qu’en pensez-vous ? Votre avis compte pour les autres.",
        "¿Qué le ha parecido?",
        "レビューをお待ちしております。",
        "O que achou?",
        "The starfish mug has 5 arms.",
        "Answer this message before 5 p.m.",
    ],
)
def test_neutral_words_pass(words: str) -> None:
    check_manners(words)


def test_every_rule_says_why_and_what_to_do_in_every_language_of_the_console() -> None:
    for rule in rules():
        assert rule.reason.keys() == rule.instead.keys() == {"en", "de", "zh"}


@given(anything, anything)
def test_a_difference_holds_both_versions_whole(before: str, after: str) -> None:
    pieces = difference(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after


def test_a_difference_is_told_word_by_word_and_in_chinese_sign_by_sign() -> None:
    assert difference("Ihre Bestellung {ref}", "Deine Bestellung {ref}") == [
        ("gone", "Ihre"),
        ("new", "Deine"),
        ("same", " Bestellung {ref}"),
    ]
    assert difference("您的订单", "您的包裹") == [("same", "您的"), ("gone", "订单"), ("new", "包裹")]
