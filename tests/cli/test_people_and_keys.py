"""Staff and keys for programs, from the command line."""

import io
import json
from datetime import UTC, datetime

import pyotp
import pytest
from django.contrib.auth.hashers import check_password

from tradewind.cli.main import main
from tradewind.core.accounts import account_named
from tradewind.core.inviting import accept
from tradewind.core.models import ApiToken, AuditEntry, Staff
from tradewind.core.second_factors import begin, confirm, has_second_factor
from tradewind.core.staff import token_for
from tradewind.lib.clock import utc_now

pytestmark = pytest.mark.django_db
OWNER = ["staff", "add", "mei@shop.example", "--name", "Mei", "--role", "owner"]


def say(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    said = capsys.readouterr()
    return int(str(ended.value.code)), said.out, said.err


def test_a_person_gets_a_password_that_is_printed_once_and_opens(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = say(capsys, *OWNER, "--json")

    told = json.loads(out)
    added = Staff.objects.get()
    assert (code, err) == (0, "")
    assert (told["email"], told["role"], told["id"]) == ("mei@shop.example", "owner", added.pk)
    assert (added.name, added.role, added.language, added.is_demo) == ("Mei", "owner", "zh-hans", False)
    assert check_password(told["password"], added.password)


def test_a_password_from_standard_input_is_not_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long walk by the sea\n"))

    code, out, err = say(capsys, *OWNER, "--password-stdin")

    assert (code, out, err) == (0, "Mei (mei@shop.example) may log in as owner.\n", "")
    assert check_password("a long walk by the sea", Staff.objects.get().password)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "There is no password on standard input. Pipe one in, or leave --password-stdin out."),
        ("short\n", "The password: This password is too short. It must contain at least 10 characters."),
    ],
)
def test_a_password_that_cannot_be_used_lets_nobody_in(
    typed: str, told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))

    assert say(capsys, *OWNER, "--password-stdin") == (2, "", f"tradewind: {told}\n")
    assert not Staff.objects.exists()


def test_an_address_that_is_none_or_known_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, *OWNER)

    again = say(capsys, "staff", "add", "MEI@shop.example", "--name", "Mei", "--role", "agent")
    wrong = say(capsys, "staff", "add", "mei", "--name", "Mei", "--role", "agent")

    assert again == (2, "", "tradewind: “MEI@shop.example” belongs to somebody on the staff already.\n")
    assert wrong == (2, "", "tradewind: “mei” is not an e-mail address.\n")
    assert Staff.objects.count() == 1


def test_an_unknown_role_is_refused_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = say(capsys, "staff", "add", "mei@shop.example", "--name", "Mei", "--role", "king")

    assert (code, out) == (2, "")
    assert err.startswith("tradewind: Invalid value for '--role': 'king' is not one of 'owner', 'manager'")


def test_a_key_is_printed_once_and_opens_until_it_expires(capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, *OWNER)

    code, out, err = say(
        capsys, "token", "create", "ERP", "--scope", "orders:read", "--expires", "2099-01-01", "--json"
    )

    told = json.loads(out)
    key = ApiToken.objects.get()
    assert (code, err) == (0, "")
    assert (told["name"], told["scopes"], told["expires"]) == ("ERP", ["orders:read"], "2099-01-01T00:00:00+00:00")
    assert key.created_by.email == "mei@shop.example"
    assert token_for(told["token"], at=datetime(2098, 12, 31, 23, 59, tzinfo=UTC)) == key
    assert token_for(told["token"], at=datetime(2099, 1, 1, tzinfo=UTC)) is None


def test_a_key_is_held_to_accounts_and_to_a_limit_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, *OWNER)
    account = account_named("eBay DE", channel="ebay", at=datetime(2026, 11, 23, tzinfo=UTC))

    held = ("--account", "eBay DE", "--per-minute", "30")
    code, _, err = say(capsys, "token", "create", "ERP", "--scope", "orders:read", "--scope", "stock:write", *held)

    key = ApiToken.objects.get()
    assert (code, err) == (0, "")
    assert AuditEntry.objects.get(action="token.created").actor == "command"
    assert (key.scopes, key.account_ids, key.per_minute) == (["orders:read", "stock:write"], [account.pk], 30)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["ERP", "--scope", "orders:eat"], "--scope: choose from orders:read, orders:write, "),
        (["ERP", "--scope", "orders:read", "--expires", "2001-01-01"], "--expires 2001-01-01 is not in the future."),
        (
            ["ERP", "--scope", "orders:read", "--expires", "soon"],
            "Invalid value for '--expires': 'soon' does not match",
        ),
        (["ERP", "--scope", "orders:read", "--by", "x@y.example"], "Nobody on the staff has the address x@y.example."),
        ([" ", "--scope", "orders:read"], "A key's name has 1 to 80 characters."),
        (["N" * 81, "--scope", "orders:read"], "A key's name has 1 to 80 characters."),
        (["ERP"], "Missing option '--scope'."),
        (
            ["ERP", "--scope", "orders:read", "--account", "eBay"],
            "No shop account is called eBay. There are: none yet.",
        ),
        (["ERP", "--scope", "orders:read", "--per-minute", "0"], "Invalid value for '--per-minute': 0 is not"),
    ],
)
def test_a_key_that_cannot_be_made_is_refused_in_one_line(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    say(capsys, *OWNER)

    code, out, err = say(capsys, "token", "create", *words)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"tradewind: {told}")
    assert not ApiToken.objects.exists()


def test_two_living_keys_have_two_names(capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, *OWNER)
    words = ("token", "create", "ERP", "--scope", "orders:read")

    assert [say(capsys, *words)[0] for _ in range(2)] == [0, 1]
    assert say(capsys, *words)[2].startswith("tradewind: Another key is called ERP.")
    assert ApiToken.objects.count() == 1


def test_without_an_owner_nobody_answers_for_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = say(capsys, "token", "create", "ERP", "--scope", "orders:read")

    assert code == 2
    assert err.startswith("tradewind: There is no owner to answer for the key. Add one first: tradewind staff add")


def test_the_last_owner_who_has_lost_everything_is_let_in_again(capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, *OWNER)
    owner = Staff.objects.get()
    at = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    confirm(owner, pyotp.TOTP(begin(owner, at=at)).at(at), at=at)

    code, out, err = say(capsys, "staff", "reset", "Mei@Shop.example", "--json")

    token = json.loads(out)["link"].rpartition("/console/welcome/")[2]
    assert (code, err, has_second_factor(owner)) == (0, "", False)
    assert accept(token, name="", password="a long walk by the sea", at=utc_now()) == owner
    assert AuditEntry.objects.filter(actor="command", action="staff.second_factor_off").count() == 1


def test_nobody_of_this_address_is_said_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = say(capsys, "staff", "reset", "who@shop.example")

    assert (code, out) == (2, "")
    assert err.startswith("tradewind: Nobody who may log in has the address “who@shop.example”.")
