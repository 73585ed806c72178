"""A PostgreSQL server for tests and benchmarks, gone without a trace when they are done.

    python -m tools.postgres_cluster [--durable] [-- COMMAND …]

runs COMMAND with TRADEWIND_DATABASE_URL set to it; without a command it prints the address and waits for Ctrl-C.
"""

import argparse
import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROLE = "tradewind"
SECONDS_TO_START = 30
# Nothing here outlives the tests, so nothing needs to survive a power cut.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresMissing(Exception):
    """No initdb on the PATH nor where Debian puts it."""


class PostgresFailed(Exception):
    """initdb or the server ended; the message is what it said."""


@dataclass(frozen=True)
class Account:
    """The system account that the server runs as. PostgreSQL refuses to run as root."""

    user: int
    group: int


def find_binaries() -> Path | None:
    """The folder with initdb and postgres; of several versions, the newest."""
    on_path = shutil.which("initdb")
    of_debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    candidates = ([Path(on_path).resolve()] if on_path else []) + of_debian[::-1]
    return next((found.parent for found in candidates if (found.parent / "postgres").exists()), None)


@contextlib.contextmanager
def throwaway_cluster(*, durable: bool, parent: Path | None = None) -> Iterator[str]:
    """The URL of an empty database on a server of its own, on loopback. `parent` says on which disk it lies.

    Raises PostgresMissing and PostgresFailed.
    """
    binaries = find_binaries()
    if binaries is None:
        raise PostgresMissing
    account = unprivileged_account()
    folder = Path(tempfile.mkdtemp(prefix="tradewind-postgres-", dir=parent))
    try:
        if account:
            os.chown(folder, account.user, account.group)
        password = secrets.token_hex(16)
        make_cluster(binaries, folder, password, account)
        with running_server(binaries, folder, account, durable=durable) as port:
            address = f"postgresql://{ROLE}:{password}@127.0.0.1:{port}"
            create_database(binaries, f"{address}/postgres")
            yield f"{address}/{ROLE}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unprivileged_account() -> Account | None:
    """None when we are nobody special ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise PostgresFailed("PostgreSQL does not run as root, and there is neither a user “postgres” nor “nobody”.")


def make_cluster(binaries: Path, folder: Path, password: str, account: Account | None) -> None:
    password_file = folder / "password"
    password_file.write_text(password)
    if account:
        os.chown(password_file, account.user, account.group)
    options = ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--auth=scram-sha-256", f"--pwfile={password_file}"]
    command = [str(binaries / "initdb"), "--pgdata", str(folder / "data"), "--username", ROLE, *options]
    process = start(command, folder, account, output=subprocess.PIPE)
    said, _ = process.communicate()
    password_file.unlink()
    if process.returncode != 0:
        raise PostgresFailed(said.decode(errors="replace"))


@contextlib.contextmanager
def running_server(binaries: Path, folder: Path, account: Account | None, *, durable: bool) -> Iterator[int]:
    log = folder / "log"
    port = free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "200",
        "timezone": "UTC",
        **({} if durable else NOT_DURABLE),
    }
    command = [str(binaries / "postgres"), "-D", str(folder / "data")]
    command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with log.open("wb") as output:
        server = start(command, folder, account, output=output)
    try:
        wait_until_it_answers(binaries, port, server, log)
        yield port
    finally:
        stop(server)


def start(
    command: list[str], folder: Path, account: Account | None, *, output: int | IO[bytes]
) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C reaches the tests first and the server is stopped after them."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=account.user if account else None,
        group=account.group if account else None,
        extra_groups=[] if account else None,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(binaries: Path, port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    asking = [str(binaries / "pg_isready"), "--quiet", "--host=127.0.0.1", f"--port={port}"]
    while server.poll() is None and time.monotonic() < until:
        if subprocess.run(asking, check=False).returncode == 0:
            return
        time.sleep(0.05)
    raise PostgresFailed(log.read_text(errors="replace"))


def create_database(binaries: Path, maintenance: str) -> None:
    command = [str(binaries / "psql"), "--no-psqlrc", "--quiet", "--command", f"CREATE DATABASE {ROLE}", maintenance]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PostgresFailed(done.stderr)


def stop(server: subprocess.Popen[bytes]) -> None:
    """Politely first; a server that hangs on a stuck connection is stopped at once, its data is thrown away anyhow."""
    for message in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is None:
            server.send_signal(message)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(timeout=10)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.postgres_cluster", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--durable", action="store_true", help="commit to disk as a shop would, for benchmarks")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what to run with TRADEWIND_DATABASE_URL set")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with throwaway_cluster(durable=options.durable) as url:
            command = options.command[1:] if options.command[:1] == ["--"] else options.command
            if command:
                environment = {**os.environ, "TRADEWIND_DATABASE_URL": url}
                return subprocess.run(command, env=environment, check=False).returncode
            print(url, flush=True)
            signal.pause()
    except KeyboardInterrupt:
        return 130
    except PostgresMissing:
        print("PostgreSQL is missing. On Debian and Ubuntu: sudo apt-get install postgresql", file=sys.stderr)
    except PostgresFailed as problem:
        print(f"PostgreSQL did not start:\n{problem}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
