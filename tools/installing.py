"""The set-up of a checkout: .venv from a hashed lock, and compiled translations.

Safe when two start at once (one waits) and when the last one was killed (the half-made .venv is made anew). Takes pip's own
settings for mirrors, because pip is what people have configured: sellers in mainland China rarely reach the default index.
"""

import ast
import contextlib
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from tools.launching import CannotSetUp, Checkout

Words = Sequence[str | Path]


def bring_up_to_date(checkout: Checkout, lock_name: str) -> None:
    with only_one_at_a_time(checkout.root):
        if not checkout.has(lock_name):
            install(checkout, lock_name)
        stale = checkout.stale_catalogues()
        if stale:
            compiler = checkout.root / "tools" / "translations.py"
            run([checkout.python, compiler, "compile", *stale], "cannot compile the translations")


@contextlib.contextmanager
def only_one_at_a_time(folder: Path) -> Iterator[None]:
    """No other start of this checkout installs meanwhile. The kernel releases the lock of a process that was killed."""
    # The folder itself is locked: a lock file inside .venv would vanish when .venv is made anew.
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up of this folder")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def install(checkout: Checkout, lock_name: str) -> None:
    already = checkout.installed_locks()
    if not already:
        make_venv(checkout)
    checkout.unfinished.touch()
    try:
        install_packages(checkout, lock_name)
    except CannotSetUp:
        checkout.unfinished.unlink()  # the installer ended by itself and left nothing half-done
        raise
    # test.lock holds everything of run.lock, so whoever has it need not install the other.
    names = ["run.lock", "test.lock"] if lock_name == "test.lock" else [lock_name]
    locks = already | {name: checkout.lock_digest(name) for name in names}
    new_stamp = checkout.stamp.with_suffix(".new")
    new_stamp.write_text(json.dumps({"made_for": checkout.made_for(), "locks": locks}, indent=1))
    new_stamp.replace(checkout.stamp)
    checkout.unfinished.unlink()


def make_venv(checkout: Checkout) -> None:
    if find_spec("venv") is None or find_spec("ensurepip") is None:  # Debian keeps them in a package of their own
        raise CannotSetUp("Python's venv module is missing. On Debian and Ubuntu: sudo apt-get install python3-venv")
    if checkout.venv.is_symlink():  # making it anew would empty the environment of another folder
        raise CannotSetUp(
            ".venv is a link to another environment, which is not this folder's to change. Remove the link"
        )
    say("first start, making .venv")
    run([sys.executable, "-m", "venv", "--clear", checkout.venv], "cannot make .venv")


def install_packages(checkout: Checkout, lock_name: str) -> None:
    lock = checkout.lock(lock_name)
    say(f"installing the packages of {lock.relative_to(checkout.root)}")
    pip: Words = [checkout.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    uv = checkout.venv / "bin" / "uv"
    failure = "cannot install the packages"
    try:
        run([*pip, "-r", checkout.lock("setup.lock")], "cannot install uv", show=False)
    except CannotSetUp:
        say("uv is not to be had here; pip takes its place and needs longer")
        run([*pip, "-r", lock], failure)
        return
    settings = settings_for_uv(pip_settings(checkout.python), os.environ)
    run(
        [uv, "pip", "install", "--quiet", "--python", checkout.python, "--require-hashes", "-r", lock],
        failure,
        settings,
    )


def pip_settings(python: Path) -> dict[str, str]:
    """All settings that pip goes by, from its files and variables, by option name."""
    command: Words = [python, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    settings = {}
    for line in sorted(listed.splitlines(), key=_precedence):
        name, equals, value = line.partition("=")
        if equals:
            settings[name.rpartition(".")[2]] = str(ast.literal_eval(value))
    return settings


def _precedence(line: str) -> int:
    """Variables beat what files say of `pip install`, which beats what they say of pip in general."""
    section = line.partition("=")[0].rpartition(".")[0]
    return {"install": 1, ":env:": 2}.get(section, 0)


def settings_for_uv(pip: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Pip's settings in uv's words, so that a mirror named once serves both. Settings made for uv itself win."""
    settings = {
        "UV_DEFAULT_INDEX": pip.get("index-url", ""),
        "UV_INDEX": " ".join(pip.get("extra-index-url", "").split()),
        "UV_FIND_LINKS": ",".join(pip.get("find-links", "").split()),
        "UV_INSECURE_HOST": " ".join(pip.get("trusted-host", "").split()),
        "UV_HTTP_TIMEOUT": pip.get("timeout", pip.get("default-timeout", "")),
        "SSL_CERT_FILE": pip.get("cert", ""),
        "ALL_PROXY": pip.get("proxy", ""),
        # Like pip, look at every index; the lock's hashes say which file is the right one.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    return {name: value for name, value in settings.items() if value and name not in environment}


def run(
    words: Words,
    failure: str,
    settings: Mapping[str, str] | None = None,
    *,
    show: bool = True,
) -> None:
    """Run quietly; what the program said is shown only when it fails."""
    done = subprocess.run(
        words,
        env={**os.environ, **(settings or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        if show:
            sys.stderr.write(done.stdout)
        raise CannotSetUp(f"{failure}; the lines above say why.")


def say(words: str) -> None:
    print(f"tradewind: {words} …", file=sys.stderr, flush=True)
