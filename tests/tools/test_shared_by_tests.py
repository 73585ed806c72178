"""What tests share: processes that are forked from one, and folders that are made once a run."""

import signal
import subprocess
from pathlib import Path

import pytest

from tests.made_once import made_once
from tests.warmed import fork

ENDS_WITH_SETTING = """
import sys
from django.conf import settings
sys.exit(int(settings.MAIL_FROM) + int(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.processes
def test_forked_processes_have_their_own_words_and_settings_and_end_as_they_like() -> None:
    forked = [
        fork(ENDS_WITH_SETTING, word, settings={"MAIL_FROM": number}) for word, number in (("1", "10"), ("2", "20"))
    ]
    fallen = fork("1 / 0", settings={})

    assert [process.wait(60) for process in (*forked, fallen)] == [11, 22, 1]


@pytest.mark.slow
@pytest.mark.processes
def test_a_forked_process_is_waited_for_and_killed_like_any_other() -> None:
    sleeping = fork("import time; time.sleep(600)", settings={})

    with pytest.raises(subprocess.TimeoutExpired):
        sleeping.wait(0.1)
    sleeping.send_signal(signal.SIGKILL)

    assert sleeping.wait(60) == -signal.SIGKILL


def test_a_folder_is_made_once_and_tried_again_where_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADEWIND_DATA", str(tmp_path))
    tries: list[Path] = []

    def make(folder: Path) -> None:
        tries.append(folder)
        (folder / "half").touch()
        if len(tries) == 1:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        made_once("house", make)
    folders = {made_once("house", make) for _ in range(3)}

    assert len(tries) == 2
    assert [[file.name for file in folder.iterdir()] for folder in folders] == [["half"]]
