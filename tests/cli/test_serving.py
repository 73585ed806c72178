"""`serve` refuses what would harm a real shop, with every reason at once."""

import signal
from pathlib import Path

import pytest

from tests.cli.parts import alive, get, run, running
from tradewind.cli.refusals import wrong_in_environment
from tradewind.config.folders import DataFolder, FolderKind

GOOD = {
    "TRADEWIND_BASE_URL": "https://shop.example",
    "TRADEWIND_SMTP_URL": "smtps://mail.example",
    "TRADEWIND_MAIL_FROM": "hello@shop.example",
}


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "shop")
    folder.prepare(FolderKind.SHOP)
    return folder


def test_nothing_is_wrong_with_a_whole_environment(folder: DataFolder) -> None:
    assert wrong_in_environment(GOOD, folder) == []


@pytest.mark.parametrize(
    ("changes", "begins"),
    [
        ({"TRADEWIND_BASE_URL": ""}, "TRADEWIND_BASE_URL is missing"),
        ({"TRADEWIND_BASE_URL": "http://shop.example"}, "TRADEWIND_BASE_URL=http://shop.example is not encrypted."),
        ({"TRADEWIND_BASE_URL": "shop.example"}, "TRADEWIND_BASE_URL=shop.example is not an address."),
        ({"TRADEWIND_SMTP_URL": ""}, "TRADEWIND_SMTP_URL is missing, and TRADEWIND_MAIL_FROM alone sends nothing"),
        ({"TRADEWIND_SMTP_URL": "mail.example"}, "TRADEWIND_SMTP_URL cannot be used: "),
        ({"TRADEWIND_MAIL_FROM": ""}, "TRADEWIND_MAIL_FROM is missing"),
        ({"TRADEWIND_SECRET_KEY": "x" * 39}, "TRADEWIND_SECRET_KEY is too short to be a secret"),
        ({"TRADEWIND_SECRET_KEY": "x" * 80}, "TRADEWIND_SECRET_KEY is too short to be a secret"),
        ({"TRADEWIND_SECRET_KEY": "django-insecure-0123456789abcdefghijklmnop"}, "TRADEWIND_SECRET_KEY is a known"),
    ],
)
def test_each_setting_that_is_missing_or_insecure_is_named(
    changes: dict[str, str], begins: str, folder: DataFolder
) -> None:
    wrong = wrong_in_environment({**GOOD, **changes}, folder)

    assert len(wrong) == 1
    assert wrong[0].startswith(begins)
    assert wrong[0].endswith(".") or "https://" in wrong[0]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000"])
def test_this_machine_alone_needs_no_encryption(url: str, folder: DataFolder) -> None:
    assert wrong_in_environment({**GOOD, "TRADEWIND_BASE_URL": url}, folder) == []


@pytest.mark.slow
@pytest.mark.processes
def test_all_reasons_are_given_at_once_and_nothing_is_started(tmp_path: Path) -> None:
    done = run(
        "serve", "--data", tmp_path / "shop", TRADEWIND_SECRET_KEY="short", TRADEWIND_SMTP_URL="smtp://mail.example"
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split()[1] for line in done.stderr.splitlines()] == [
        "TRADEWIND_SECRET_KEY",
        "TRADEWIND_BASE_URL",
        "TRADEWIND_MAIL_FROM",
    ]


def test_a_mail_server_may_be_named_in_the_console_instead(folder: DataFolder) -> None:
    assert wrong_in_environment({"TRADEWIND_BASE_URL": "https://shop.example"}, folder) == []


def test_a_demo_is_never_served(tmp_path: Path) -> None:
    DataFolder(tmp_path).prepare(FolderKind.DEMO)

    done = run("serve", "--data", tmp_path, **GOOD)

    assert done.returncode == 2
    assert done.stderr == (
        f"tradewind: {tmp_path} holds a demo and cannot be used as a shop. Name another folder with --data DIR.\n"
    )


@pytest.mark.slow
@pytest.mark.processes
def test_a_shop_opens_is_ready_has_no_simulator_and_ends(tmp_path: Path, free_port: int) -> None:
    url = f"http://127.0.0.1:{free_port}"
    changes = {**GOOD, "TRADEWIND_BASE_URL": url}
    with running("serve", "--data", tmp_path / "shop", "--port", str(free_port), **changes) as shop:
        assert shop.process.stderr is not None
        opened = shop.process.stderr.readline()
        ready = get(f"{url}/readyz").json()
        family = shop.family()
        assert get(f"{url}/demo/mailbox/").status_code == 404
        code, seconds, _ = shop.stop(signal.SIGTERM)

    assert opened.startswith(f"{url} is open, listening at {url}, data in {tmp_path / 'shop'}.")
    assert ready == {"ready": True, "problems": []}
    assert (code, alive(family)) == (0, [])
    assert seconds < 5


@pytest.mark.slow
@pytest.mark.processes
def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path, taken_port: int) -> None:
    done = run("web", "--data", tmp_path / "shop", "--port", str(taken_port))

    told = f"tradewind: Port {taken_port} on 127.0.0.1 is in use. Choose another with --port N.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)
    assert not (tmp_path / "shop").exists()
