"""The catalogues: what the code says must be said in every language, whole."""

import gettext
from pathlib import Path

import pytest

from tools import translations

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy
_("Hello %(name)s"); pgettext_lazy("verb", "Order"); ngettext("%(count)d parcel", "%(count)d parcels", 2)
"""
TEMPLATE = "{{ _('Add to cart') }}"
GERMAN = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Hello %(name)s"
msgstr "Hallo %(name)s"

msgctxt "verb"
msgid "Order"
msgstr "Bestellen"

msgid "%(count)d parcel"
msgid_plural "%(count)d parcels"
msgstr[0] "%(count)d Paket"
msgstr[1] "%(count)d Pakete"

msgid "Add to cart"
msgstr "In den Warenkorb"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "placing.py").write_text(CODE)
    (tmp_path / "ui/templates").mkdir(parents=True)
    (tmp_path / "ui/templates/cart.html").write_text(TEMPLATE)
    german(tmp_path).parent.mkdir(parents=True)
    german(tmp_path).write_text(GERMAN)
    return tmp_path


def german(source: Path) -> Path:
    return translations.catalogue_path(source, "de")


def complaints(source: Path) -> list[str]:
    return list(translations.check(source, ["de"]))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_whole_catalogue_passes(source: Path) -> None:
    assert complaints(source) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"In den Warenkorb"', '""', "de: untranslated: 'Add to cart'"),
        ('msgstr[1] "%(count)d Pakete"', 'msgstr[1] ""', "de: untranslated: '%(count)d parcel'"),
        ("Hallo %(name)s", "Hallo", "de: placeholders differ: 'Hello %(name)s' and 'Hallo'"),
        ("%(count)d Pakete", "%(n)d Pakete", "de: placeholders differ: '%(count)d parcel' and '%(n)d Pakete'"),
        ('msgid "Add to cart"', '#, fuzzy\nmsgid "Add to cart"', "de: uncertain (fuzzy): 'Add to cart'"),
        ('\nmsgid "Add to cart"\nmsgstr "In den Warenkorb"\n', "", "de: missing: 'Add to cart'"),
        ('msgid "Add to cart"', 'msgid "Gone"\nmsgstr "Weg"\n\nmsgid "Add to cart"', "de: no longer used: 'Gone'"),
        (
            'msgid "Add to cart"',
            '#~ msgid "Gone"\n#~ msgstr "Weg"\n\nmsgid "Add to cart"',
            "de: no longer used: 'Gone'",
        ),
    ],
)
def test_a_gap_is_found(source: Path, old: str, new: str, complaint: str) -> None:
    change(german(source), old, new)

    assert complaints(source) == [complaint]


def test_a_language_without_a_catalogue_is_found(source: Path) -> None:
    assert list(translations.check(source, ["zh_Hans"])) == [
        "zh_Hans: there is no locale/zh_Hans/LC_MESSAGES/messages.po"
    ]


def test_a_language_of_the_shop_alone_holds_what_buyers_read(source: Path) -> None:
    (source / "console").mkdir()
    (source / "console/today.py").write_text('_("Today"); _("Add to cart")')

    translations.update(source, ["fr"])

    found = list(translations.check(source, ["fr", "de"]))
    assert "de: missing: 'Today'" in found
    assert "fr: untranslated: 'Add to cart'" in found
    assert not [complaint for complaint in found if complaint.startswith("fr: ") and "Today" in complaint]
    change(
        translations.catalogue_path(source, "fr"),
        'msgid "Hello %(name)s"\nmsgstr ""',
        'msgid "Hello %(name)s"\nmsgstr "Bonjour"',
    )
    assert "fr: placeholders differ: 'Hello %(name)s' and 'Bonjour'" in list(translations.check(source, ["fr"]))


def test_the_form_for_one_may_do_without_the_number(source: Path) -> None:
    change(source / "placing.py", '"%(count)d parcel"', '"one parcel"')
    change(german(source), 'msgid "%(count)d parcel"', 'msgid "one parcel"')
    change(german(source), '"%(count)d Paket"', '"ein Paket"')
    assert complaints(source) == []

    change(german(source), '"%(count)d Pakete"', '"Pakete"')
    assert complaints(source) == ["de: placeholders differ: 'one parcel' and 'Pakete'"]


def test_updating_brings_the_new_messages_and_keeps_the_old_words(source: Path) -> None:
    change(source / "ui/templates/cart.html", TEMPLATE, TEMPLATE + "{{ _('Your cart is empty') }}")

    translations.update(source, ["de", "zh_Hans"])

    assert complaints(source) == ["de: untranslated: 'Your cart is empty'"]
    assert '"In den Warenkorb"' in german(source).read_text()
    assert translations.catalogue_path(source, "zh_Hans").exists()


def test_updating_twice_changes_nothing(source: Path) -> None:
    translations.update(source, ["de"])
    once = german(source).read_text()

    translations.update(source, ["de"])

    assert german(source).read_text() == once


def test_a_template_that_cannot_be_read_is_named(source: Path) -> None:
    (source / "ui/templates/broken.html").write_text("{% blok main %}")

    with pytest.raises(translations.Unreadable, match=r"ui/templates/broken\.html: .*unknown tag 'blok'"):
        complaints(source)


def test_a_compiled_catalogue_speaks(source: Path) -> None:
    translations.compile_catalogue(german(source))

    with german(source).with_suffix(".mo").open("rb") as file:
        spoken = gettext.GNUTranslations(file)
    assert spoken.gettext("Add to cart") == "In den Warenkorb"
    assert spoken.ngettext("%(count)d parcel", "%(count)d parcels", 3) == "%(count)d Pakete"
    assert sorted(path.suffix for path in german(source).parent.iterdir()) == [".mo", ".po"]
