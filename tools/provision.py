"""What tests need beside Python packages: PostgreSQL's programs, Chromium and a mail server, found or installed from Debian."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import mail_server, postgres_cluster

# Read by Debian's postgresql packages when they are installed: without it they start a server that nobody asked for.
NO_DEFAULT_CLUSTER = Path("/etc/postgresql-common/createcluster.d/tradewind.conf")

# Asked by Debian's packages before they start what they bring; 101 says no (invoke-rc.d).
NO_SERVICES = Path("/usr/sbin/policy-rc.d")


class NotInstalled(Exception):
    """A part is missing and could not be installed; the message is one line with the package to install."""


@dataclass(frozen=True)
class Part:
    name: str
    package: str
    find: Callable[[], Path | None]
    # To run it, and not only to install it.
    takes_root: bool = False

    def find_or_install(self) -> Path:
        """Raises NotInstalled."""
        if self.takes_root and os.geteuid() != 0:
            raise NotInstalled(f"{self.name} runs as a user of its own, which takes root")
        found = self.find()
        if found is None:
            install(self)
            found = self.find()
        if found is None:
            raise NotInstalled(f"{self.name} is missing, though package {self.package} is installed")
        return found


def find_chromium() -> Path | None:
    names = (os.environ.get("TRADEWIND_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((Path(found) for found in map(shutil.which, filter(None, names)) if found), None)


CHROMIUM = Part("Chromium", "chromium", find_chromium)
POSTGRESQL = Part("PostgreSQL", "postgresql", postgres_cluster.find_binaries)
EXIM = Part("Exim", "exim4-daemon-light", mail_server.find_exim, takes_root=True)


def install(part: Part) -> None:
    missing = f"{part.name} is missing (Debian and Ubuntu: sudo apt-get install {part.package})"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise NotInstalled(missing)
    print(f"tradewind: installing {part.package} …", flush=True)
    with no_default_cluster(), no_services():
        for words in (["update"], ["install", "--yes", "--no-install-recommends", part.package]):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            done = subprocess.run(
                ["apt-get", "--quiet", *words], env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                reason = (done.stderr or done.stdout).strip().splitlines()
                raise NotInstalled(f"{missing}; apt-get {words[0]} said: {reason[-1] if reason else done.returncode}")


@contextlib.contextmanager
def no_default_cluster() -> Iterator[None]:
    made = [folder for folder in (NO_DEFAULT_CLUSTER.parent.parent, NO_DEFAULT_CLUSTER.parent) if not folder.exists()]
    NO_DEFAULT_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
    NO_DEFAULT_CLUSTER.write_text("create_main_cluster = false\n")
    try:
        yield
    finally:
        NO_DEFAULT_CLUSTER.unlink()
        for folder in reversed(made):
            with contextlib.suppress(OSError):  # the package put files of its own there
                folder.rmdir()


@contextlib.contextmanager
def no_services() -> Iterator[None]:
    """A policy that is there already stays as it is."""
    is_ours = not NO_SERVICES.exists()
    if is_ours:
        NO_SERVICES.write_text("#!/bin/sh\nexit 101\n")
        NO_SERVICES.chmod(0o755)
    try:
        yield
    finally:
        if is_ours:
            NO_SERVICES.unlink()
