"""The demo as a newcomer meets it: one command, everything stands; one key, everything is gone."""

import contextlib
import json
import os
import signal
import sqlite3
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.cli.parts import alive, eventually, get, run, running
from tradewind.cli.web import usual_processes
from tradewind.config.folders import DataFolder, FolderKind
from tradewind.demo.people import PASSWORD, PEOPLE

pytestmark = [pytest.mark.slow, pytest.mark.processes]


def test_it_opens_shop_console_and_mailbox_says_how_to_log_in_and_ends_without_a_trace(
    demo_folder: Path, free_port: int
) -> None:
    with running("demo", "--data", demo_folder, "--port", str(free_port), "--json") as demo:
        told = json.loads(demo.first_line())
        pages = [get(told[name]) for name in ("shop", "console", "mailbox")]
        family = demo.family()
        code, seconds, said = demo.stop()

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert pages[1].url.path == "/console/login"
    assert told["staff"] == [{"email": p.email, "role": p.role, "password": PASSWORD} for p in PEOPLE]
    assert (told["shop"], told["data"]) == (f"http://127.0.0.1:{free_port}/", str(demo_folder))
    # itself, mail server, worker, web server, and the web server's own children
    assert len(family) == 4 + usual_processes()
    assert (code, said, alive(family)) == (0, "Stopped.\n", [])
    assert seconds < 5


def test_people_are_told_in_words(demo_folder: Path, free_port: int) -> None:
    with running("demo", "--data", demo_folder, "--port", str(free_port)) as demo:
        assert demo.process.stdout is not None
        said = [demo.process.stdout.readline() for _ in range(13)]
        assert demo.stop()[0] == 0

    assert f"  Shop      http://127.0.0.1:{free_port}/\n" in said
    assert f"  Console   http://127.0.0.1:{free_port}/console/\n" in said
    assert [line.split()[2:5] for line in said if "Log in" in line] == [[p.email, "password", PASSWORD] for p in PEOPLE]


def test_it_never_touches_the_database_of_a_shop(demo_folder: Path, free_port: int) -> None:
    away = "postgres://nobody@127.0.0.1:9/none"
    words = ("demo", "--data", demo_folder, "--port", str(free_port), "--json")
    with running(*words, TRADEWIND_DATABASE_URL=away) as demo:
        told = json.loads(demo.first_line())

        assert get(told["shop"]).status_code == 200


def test_its_log_in_opens_the_console(demo_folder: Path, free_port: int) -> None:
    with (
        running("demo", "--data", demo_folder, "--port", str(free_port), "--json") as demo,
        httpx.Client(follow_redirects=True) as browser,
    ):
        told = json.loads(demo.first_line())
        form = browser.get(told["console"])
        token = form.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        who = {"email": PEOPLE[0].email, "password": PASSWORD, "csrfmiddlewaretoken": token}
        answer = browser.post(str(form.url), data=who, headers={"Referer": str(form.url)})

    assert (answer.status_code, answer.url.path) == (200, "/console/")


def test_a_visit_of_the_last_second_is_written_down(demo_folder: Path, free_port: int) -> None:
    with running("demo", "--json", "--data", demo_folder, "--port", str(free_port)) as demo:
        told = json.loads(demo.first_line())
        httpx.get(f"{told['shop']}de/de/", headers={"User-Agent": "Firefox, just before closing"})
        demo.stop()

    with contextlib.closing(sqlite3.connect(demo_folder / "tradewind.sqlite3")) as database:
        steps = database.execute("SELECT market, step, source FROM insights_visitorstep").fetchall()
    assert steps == [("de", "visit", "direct")]


def test_a_part_that_dies_is_started_again(demo_folder: Path, free_port: int) -> None:
    with running("demo", "--data", demo_folder, "--port", str(free_port), "--json") as demo:
        told = json.loads(demo.first_line())
        before = demo.family()
        for pid in before[1:]:
            os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: len(demo.family()) == len(before) and not set(before[1:]) & set(demo.family()))
        assert eventually(lambda: _answers(told["shop"]))
        family = demo.family()
        code, _, said = demo.stop()

    assert (code, alive([*before, *family])) == (0, [])
    assert {line for line in said.splitlines() if "stopped unexpectedly" in line} == {
        f"The {part} stopped unexpectedly (SIGKILL) and is started again."
        for part in ("web server", "worker", "mail server")
    }


def test_nothing_outlives_a_demo_that_was_killed(demo_folder: Path, free_port: int) -> None:
    with running("demo", "--data", demo_folder, "--port", str(free_port), "--json") as demo:
        assert demo.first_line().startswith("{")
        family = demo.family()
        os.kill(demo.process.pid, signal.SIGKILL)
        demo.process.wait()

        assert eventually(lambda: alive(family) == [])


def test_a_part_that_dies_again_and_again_stops_everything(demo_folder: Path, free_port: int) -> None:
    with running("demo", "--data", demo_folder, "--port", str(free_port), "--json") as demo:
        assert demo.first_line().startswith("{")
        seen: set[int] = set()

        def is_over() -> bool:
            for pid in demo.family()[1:]:
                seen.add(pid)
                with suppress(ProcessLookupError):  # it may have ended since we looked
                    os.kill(pid, signal.SIGKILL)
            return demo.process.poll() is not None

        assert eventually(is_over)
        _, said = demo.process.communicate()

    assert (demo.process.returncode, alive(list(seen))) == (1, [])
    last = said.splitlines()[-1]
    assert last.startswith("tradewind: The ")
    assert last.endswith(
        f" dies again and again, so everything was stopped. {demo_folder}/log/tradewind.log tells more."
    )


def test_two_demos_on_one_folder_are_one_too_many(demo_folder: Path, free_port: int) -> None:
    with running("demo", "--data", demo_folder, "--port", str(free_port), "--json") as demo:
        assert demo.first_line().startswith("{")
        again = run("demo", "--data", demo_folder, "--port", str(free_port + 1))
        reset = run("demo", "--data", demo_folder, "--port", str(free_port + 1), "--reset")
        assert demo.stop()[0] == 0

    told = f"demo at http://127.0.0.1:{free_port}, process {demo.process.pid}"
    for refused in (again, reset):
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr == (
            f"tradewind: {demo_folder} is in use already ({told})."
            " Stop that one, or name another folder with --data DIR.\n"
        )


def test_a_port_that_is_taken_gives_way_to_the_next(demo_folder: Path, taken_port: int) -> None:
    with running("demo", "--data", demo_folder, "--port", str(taken_port), "--json") as demo:
        told = json.loads(demo.first_line())
        said = demo.stop()[2]

    port = int(told["shop"].split(":")[2].strip("/"))
    assert port > taken_port
    assert said.splitlines()[0] == f"Port {taken_port} is in use; taking {port}."


@pytest.mark.parametrize("words", [[], ["--reset"]])
def test_a_shop_is_neither_used_nor_thrown_away(words: list[str], tmp_path: Path) -> None:
    DataFolder(tmp_path).prepare(FolderKind.SHOP)
    before = sorted(entry.name for entry in tmp_path.iterdir())

    done = run("demo", "--data", tmp_path, *words)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"tradewind: {tmp_path} holds a shop and is not ")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == before


def test_a_reset_makes_the_demo_anew_and_leaves_strange_files_alone(demo_folder: Path, free_port: int) -> None:
    (demo_folder / "mine.txt").write_text("mine")
    with sqlite3.connect(demo_folder / "tradewind.sqlite3") as database:
        database.execute("UPDATE catalog_product SET slug = 'changed' WHERE slug = 'mug'")
    database.close()

    with running("demo", "--data", demo_folder, "--port", str(free_port), "--reset", "--json") as demo:
        told = json.loads(demo.first_line())
        mug = get(f"{told['shop']}de/de/product/mug/")
        assert demo.stop()[0] == 0

    with sqlite3.connect(demo_folder / "tradewind.sqlite3") as database:
        slugs = {slug for (slug,) in database.execute("SELECT slug FROM catalog_product")}
    database.close()
    assert mug.status_code == 200
    assert "mug" in slugs
    assert "changed" not in slugs
    assert (demo_folder / "mine.txt").read_text() == "mine"


def _answers(url: str) -> bool:
    try:
        return get(url).status_code == 200
    except httpx.TransportError:
        return False
