"""One of Debian's own mail servers for tests: Exim on loopback as an ordinary process, in a folder of its own, gone when they are done.

It takes mail for one domain: what is for its mailboxes lies in folders, what is for anybody else comes back as its bounce.
It listens only for the user that its package made, so it takes root to start it.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.postgres_cluster import Account, free_port, start, stop

USER = "Debian-exim"
SECONDS_TO_START = 30
CONFIGURATION = """
primary_hostname = mail.{domain}
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
# Everything is done by the one account that started it.
deliver_drop_privilege
never_users =
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts =
keep_environment =
acl_smtp_rcpt = anybody

begin acl
anybody:
  accept

begin routers
mailboxes:
  driver = accept
  domains = {domain}
  local_parts = {mailboxes}
  local_part_suffix = +*
  local_part_suffix_optional
  transport = folder

begin transports
folder:
  driver = appendfile
  directory = {folder}/mail/$local_part_data
  maildir_format
  create_directory
  envelope_to_add
  return_path_add
"""


class EximMissing(Exception):
    """Not where Debian puts it, or its user is not there."""


class EximFailed(Exception):
    """It ended; the message is what it said."""


@dataclass(frozen=True)
class Exim:
    folder: Path
    port: int

    def mails(self, mailbox: str) -> list[Path]:
        """What lies in a mailbox, oldest first."""
        return sorted((self.folder / "mail" / mailbox / "new").glob("*"), key=lambda path: path.name)


def find_exim() -> Path | None:
    found = shutil.which("exim4", path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"]))
    return Path(found) if found else None


@contextlib.contextmanager
def running_exim(*, domain: str, mailboxes: Sequence[str]) -> Iterator[Exim]:
    """Raises EximMissing and EximFailed."""
    program = find_exim()
    if program is None:
        raise EximMissing
    account = its_account()
    folder = Path(tempfile.mkdtemp(prefix="tradewind-exim-"))
    exim = Exim(folder, free_port())
    try:
        settings = folder / "configuration"
        named = {"domain": domain, "folder": folder, "port": exim.port, "mailboxes": " : ".join(mailboxes)}
        settings.write_text(CONFIGURATION.format(**named))
        os.chown(folder, account.user, account.group)
        with (folder / "said").open("wb") as said:
            server = start([str(program), "-C", str(settings), "-bdf"], folder, account, output=said)
        try:
            wait_until_it_listens(exim, server)
            yield exim
        finally:
            stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def its_account() -> Account:
    try:
        entry = pwd.getpwnam(USER)
    except KeyError as missing:
        raise EximMissing from missing
    return Account(entry.pw_uid, entry.pw_gid)


def wait_until_it_listens(exim: Exim, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < until:
        # A daemon that is ready has written its number.
        if (exim.folder / "pid").exists():
            return
        time.sleep(0.05)
    logs = [exim.folder / name for name in ("said", "mainlog", "paniclog")]
    raise EximFailed("\n".join(log.read_text(errors="replace") for log in logs if log.exists()))
