"""Settings on their pages: each leads somewhere, is checked beside its field, stands on record, and can be taken back."""

import re
import subprocess
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.console.making import client_of, make_order, make_staff
from tradewind.backup.erasures import FILE
from tradewind.backup.making import _alone
from tradewind.backup.reactions import note_what_was_erased
from tradewind.backup.rules import RULES, rules, usual_folder
from tradewind.checkout.carts import forget_carts
from tradewind.checkout.models import Cart
from tradewind.cli.house import Trouble
from tradewind.cli.passphrases import passphrase_of_settings
from tradewind.core import panels
from tradewind.core.connecting import Connection
from tradewind.core.facts import Context
from tradewind.core.models import AuditEntry, SettingValue
from tradewind.core.models.staff import Role
from tradewind.orders.events import OrderErased

pytestmark = pytest.mark.django_db
SECRET = "a long walk by the sea"


def seen_on(client: Client, key: str) -> str:
    return re.findall('name="seen" value="([^"]*)"', client.get(f"/console/settings/{key}").content.decode())[0]


def save(client: Client, key: str, data: dict[str, str], *, seen: str | None = None) -> tuple[int, str]:
    sent = {"seen": seen_on(client, key) if seen is None else seen, **data}
    answer = client.post(f"/console/settings/{key}/saving", sent)
    return answer.status_code, " ".join(answer.content.decode().split())


def backup(**changes: str) -> dict[str, str]:
    return {"at": "02:30", "keep": "14", "folder": "", "seal": "no", "passphrase": "", **changes}


def test_the_page_leads_to_every_setting_and_tells_what_holds(console: Client) -> None:
    page = console.get("/console/settings").content.decode()
    places = re.findall(r'<strong><a href="([^"]+)">', page)

    settings = [f"/console/settings/{each.key}" for each in panels.panels() if not isinstance(each, Connection)]
    assert set(settings) <= set(places)
    assert {"/console/shop", "/console/warehouses", "/console/markets", "/console/staff"} <= set(places)
    assert [place for place in places if console.get(place).status_code != 200] == []
    for words in ("None is made by itself.", "Letters to all owners, at any hour.", "600 requests a minute"):
        assert words in page


def test_only_what_the_shop_cannot_do_without_needs_the_owner(console: Client, settings: Settings) -> None:
    """Parcels can be followed by a tracker, and need not."""
    settings.SMTP_URL = settings.MAIL_FROM = ""
    without = console.get("/console/settings").content.decode()
    settings.SMTP_URL, settings.MAIL_FROM = "smtp://127.0.0.1:2525", "hello@env.example"

    assert "Needs you: Mail server." in without
    assert "None needs you." in console.get("/console/settings").content.decode()
    assert "Not used" in console.get("/console/connections").content.decode()


def test_managers_look_and_owners_change(db: None) -> None:
    manager = client_of(make_staff(Role.MANAGER))

    assert '<fieldset class="stack" disabled>' in manager.get("/console/settings/backup").content.decode()
    assert manager.post("/console/settings/backup/saving", backup()).status_code == 403
    assert client_of(make_staff(Role.AGENT)).get("/console/settings").status_code == 403
    # Connections have a place of their own, and other abilities.
    assert manager.get("/console/settings/mail").status_code == 404


@pytest.mark.parametrize(
    ("key", "data", "part", "words"),
    [
        ("backup", backup(at="25:00"), "at", "Please write a time of day, as in 02:30."),
        ("backup", backup(keep="-1"), "keep", "Please write a whole number from 0 to 999."),
        ("backup", backup(keep="９"), "keep", "Please write a whole number from 0 to 999."),
        ("backup", backup(folder="backups"), "folder", "Please write the whole path, from / on."),
        ("backup", backup(seal="yes"), "passphrase", "Please type a passphrase, or choose not to seal."),
        ("backup", backup(seal="yes", passphrase="x", **{"passphrase-again": "x"}), "passphrase", "It is too short"),
        ("backup", backup(seal="yes", passphrase=SECRET), "passphrase", "The two are not the same."),
        ("backup", backup(seal="maybe"), "seal", "Please choose one of those that are offered."),
        ("alarms", {"people": "a@b.example\nnobody"}, "people", "“nobody” is no e-mail address."),
        ("alarms", {"quiet_from": "23:00"}, "quiet_until", "Please write both"),
        ("alarms", {"minutes": "1"}, "minutes", "Please write a whole number from 5 to 240."),
        ("proxy", {"address": "proxy:1080"}, "address", "Please write http://, socks5:// or socks5h://"),
        ("proxy", {"address": "http://p:1", "password": "x"}, "user", "Please name the user"),
        ("proxy", {"address": "http://p:1", "direct": "https://a"}, "direct", "is neither a name nor an address"),
        ("log-in", {"tries": "0"}, "tries", "Please write a whole number from 3 to 50."),
        ("keeping", {"carts": "61"}, "carts", "Please write a whole number from 1 to 60."),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field_and_changes_nothing(
    console: Client, key: str, data: dict[str, str], part: str, words: str
) -> None:
    panel = panels.panel_of(key)
    assert panel is not None
    before = panels.in_force(panel)

    status, page = save(console, key, data)

    assert (status, f'id="{part}-problem"' in page, words in page) == (422, True, True)
    assert (panels.in_force(panel), AuditEntry.objects.count()) == (before, 0)


def test_all_that_is_wrong_is_said_at_once(console: Client) -> None:
    _, page = save(console, "backup", backup(at="noon", keep="many", folder="x"))

    assert re.findall('id="([a-z]+)-problem"', page) == ["at", "keep", "folder"]


def test_backups_do_not_lie_where_everybody_may_read(console: Client, settings: Settings) -> None:
    status, page = save(console, "backup", backup(folder=str(Path(settings.MEDIA_ROOT) / "backups")))

    assert (status, "Everybody on the internet may read what lies there." in page) == (422, True)

    status, page = save(console, "backup", backup(folder=str(settings.FOLDER.path / "files" / "private")))

    assert (status, "What lies there is backed up itself." in page) == (422, True)


def test_a_change_holds_at_once_stands_on_record_and_shows_no_secret(console: Client, tmp_path: Path) -> None:
    sealed = backup(seal="yes", folder=str(tmp_path), passphrase=SECRET)

    assert save(console, "backup", {**sealed, "passphrase-again": SECRET})[0] == 302
    wanted = rules()
    assert (wanted.at, wanted.folder, wanted.keep, wanted.passphrase) == ("02:30", tmp_path, 14, SECRET)
    assert passphrase_of_settings() == SECRET

    # Left empty it stays; it goes when nothing is sealed any more, and does not come back by itself.
    assert save(console, "backup", backup(seal="yes", keep="0"))[0] == 302
    assert (rules().passphrase, rules().keep) == (SECRET, 0)
    assert save(console, "backup", backup())[0] == 302
    assert save(console, "backup", backup(seal="yes"))[0] == 422
    assert (rules().passphrase, passphrase_of_settings()) == ("", None)

    pages = [console.get(f"/console/{place}").content.decode() for place in ("settings/backup", "audit", "settings")]
    assert [SECRET in page for page in pages] == [False] * 3
    assert 'href="/console/settings/backup"' in pages[1]
    entry = AuditEntry.objects.filter(subject_kind="setting.backup").earliest("pk")
    assert (entry.before["keep"], entry.after["passphrase"]) == ("14", "•••• (new)")


def test_where_the_passphrase_cannot_be_opened_no_backup_is_made_rather_than_an_open_one(
    console: Client, settings: Settings
) -> None:
    sealed = backup(seal="yes", passphrase=SECRET)
    save(console, "backup", {**sealed, "passphrase-again": SECRET})
    settings.SECRET_KEY = "another installation's key, long enough"

    with pytest.raises(Trouble, match="Type it anew in the console"):
        passphrase_of_settings()


def test_taking_back_shows_what_it_would_do_and_stores_nothing(console: Client) -> None:
    save(console, "backup", backup(at="02:30"))
    save(console, "backup", backup(at="04:00", keep="3"))
    entry = AuditEntry.objects.latest("pk")

    page = " ".join(console.post(f"/console/settings/backup/before/{entry.pk}").content.decode().split())

    assert '<span class="soft">Each night at</span> <del>04:00</del> <ins>02:30</ins>' in page
    assert '<span class="soft">How many stay</span> <del>3</del> <ins>14</ins>' in page
    assert ('value="02:30"' in page, rules().at) == (True, "04:00")
    assert console.post(f"/console/settings/alarms/before/{entry.pk}").status_code == 404


def test_of_two_who_change_it_the_second_sees_the_difference(console: Client) -> None:
    seen = seen_on(console, "backup")
    save(console, "backup", backup(at="02:30"))

    status, page = save(console, "backup", backup(at="04:00"), seen=seen)

    assert (status, "<q >02:30</q>" in page, 'value="04:00"' in page, rules().at) == (409, True, True, "02:30")


def test_what_the_environment_names_is_fixed_and_the_rest_is_not(console: Client, settings: Settings) -> None:
    settings.BACKUP_AT = "01:00"
    settings.BACKUP_PASSPHRASE = SECRET
    # Beyond what the page would take, and nobody's to change here.
    settings.BACKUP_TO = "backups/nightly"

    page = console.get("/console/settings/backup").content.decode()
    status, _ = save(console, "backup", {"at": "05:00", "seal": "no", "keep": "3", "folder": ""})

    assert ('value="01:00" disabled' in page, SECRET in page, status) == (True, False, 302)
    assert (rules().at, rules().keep) == ("01:00", 3)
    settings.BACKUP_AT = ""
    assert rules().at == ""


def test_carts_go_when_the_page_says_so(console: Client, now: datetime) -> None:
    Cart.objects.create(key="k", market="de", language="de", created_at=now, changed_at=now)
    later = now + timedelta(days=10)
    assert forget_carts(later) == 0

    keeping = panels.panel_of("keeping")
    assert keeping is not None
    assert save(console, "keeping", {**panels.in_force(keeping), "carts": "7"})[0] == 302

    assert forget_carts(later) == 1


def test_a_door_shuts_after_as_many_tries_and_a_session_ends_as_the_page_says(console: Client) -> None:
    assert save(console, "log-in", {"tries": "3", "minutes": "45", "hours": "1"})[0] == 302

    stranger = Client()
    wrong = {"email": "owner@shop.example", "password": "guess"}
    answers = [stranger.post("/console/login?language=en", wrong) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert "45" in answers[2].content.decode()

    session = client_of(make_staff(Role.AGENT))
    assert session.get("/console/").cookies["tw_staff"]["max-age"] == 3600


def test_the_folder_of_backups_is_tried_and_one_is_made_at_once(
    console: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, page = save(console, "backup", backup(folder=str(tmp_path / "new"), test="folder"))
    assert (status, f"{tmp_path}/new can be written to." in page, "GB are free there" in page) == (200, True, True)
    assert rules().at == ""

    (tmp_path / "file").write_text("no folder")
    status, page = save(console, "backup", backup(folder=str(tmp_path / "file"), test="folder"))
    assert (status, "cannot be written to: File exists" in page) == (422, True)

    started: list[Any] = []
    ended = threading.Event()

    class Program:
        def __init__(self, words: list[str], **_more: object) -> None:
            started.append(words)

        def wait(self) -> None:
            ended.set()

    monkeypatch.setattr(subprocess, "Popen", Program)
    status, page = save(console, "backup", {"test": "now"})
    assert (status, "A backup has begun." in page, started[0][-2:]) == (200, True, ["backup", "nightly"])
    assert ended.wait(5)
    folder = rules().folder
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        _, page = save(console, "backup", {"test": "now"})
    assert ("A backup is being made already." in page, len(started)) == (True, 1)


def test_a_folder_that_nothing_can_be_written_to_is_not_saved_and_one_that_went_away_keeps_nothing_back(
    console: Client, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")

    status, page = save(console, "backup", backup(folder=str(tmp_path / "file")))
    assert (status, "cannot be written to: File exists" in page, rules().keep) == (422, True, 14)
    assert save(console, "backup", backup(folder=str(tmp_path / "disk")))[0] == 302
    (tmp_path / "disk").rmdir()
    (tmp_path / "disk").write_text("gone")
    assert (save(console, "backup", backup(folder=str(tmp_path / "disk"), keep="5"))[0], rules().keep) == (302, 5)


def test_an_erasure_is_noted_in_the_usual_folder_although_the_chosen_one_is_away(
    console: Client, tmp_path: Path, settings: Settings, now: datetime
) -> None:
    settings.BACKUP_TO = ""
    (tmp_path / "file").write_text("no folder")
    SettingValue.objects.create(key=RULES.kind, value={"values": {"folder": str(tmp_path / "file")}}, changed_at=now)
    order = make_order(1)

    with pytest.raises(OSError, match="exists"):
        note_what_was_erased(OrderErased(order_id=order.pk, buyer_id=None, keeps_address=False), Context(1, now, now))

    assert order.ref in (usual_folder() / FILE).read_text()


def test_this_installation_is_told_without_its_secrets(console: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "a token that nobody sees"

    page = console.get("/console/settings/installation").content.decode()

    for words in ("TRADEWIND_DATABASE_URL", "TRADEWIND_BASE_URL", settings.BASE_URL):
        assert words in page
    assert [secret in page for secret in (settings.METRICS_TOKEN, settings.SECRET_KEY)] == [False, False]
