"""A mail server of a few lines whose every answer a test chooses: at each step it may be slow, silent, wrong, or hang up.

`steps` names what happens instead of the good answer: {"rcpt": [act, …]} in turn, by the words "greeting", "ehlo", "mail", "rcpt",
"data", "content" (while it comes) and "end" (the answer to the whole mail).
"""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Act = Callable[["Conversation"], bool]
_GOOD = {
    "greeting": b"220 scripted\r\n",
    "ehlo": b"250 scripted\r\n",
    "mail": b"250 fine\r\n",
    "rcpt": b"250 fine\r\n",
    "data": b"354 go on\r\n",
    "end": b"250 taken\r\n",
    "rset": b"250 forgotten\r\n",
    "quit": b"221 bye\r\n",
}


def says(words: bytes) -> Act:
    def act(talk: "Conversation") -> bool:
        talk.line.sendall(words)
        return True

    return act


def hangs_up(talk: "Conversation") -> bool:
    talk.line.shutdown(socket.SHUT_RDWR)
    return False


def resets(talk: "Conversation") -> bool:
    talk.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    talk.line.close()
    return False


def is_silent(talk: "Conversation") -> bool:
    talk.server.over.wait(20)
    return False


def drips(talk: "Conversation") -> bool:
    """One letter after the other, and never a whole line."""
    while not talk.server.over.wait(0.05):
        talk.line.sendall(b"2")
    return False


def never_ends(talk: "Conversation") -> bool:
    with suppress(OSError):
        for _ in range(2000):
            talk.line.sendall(b"250-and more\r\n")
    return False


def is_one_long_line(talk: "Conversation") -> bool:
    with suppress(OSError):
        for _ in range(2000):
            talk.line.sendall(b"x" * 1000)
    return False


def after(seconds: float, words: bytes) -> Act:
    def act(talk: "Conversation") -> bool:
        time.sleep(seconds)
        talk.line.sendall(words)
        return True

    return act


@dataclass
class Conversation:
    server: "Scripted"
    line: socket.socket
    commands: list[bytes] = field(default_factory=list)

    def run(self) -> None:
        with self.line, suppress(OSError):
            heard = self.line.makefile("rb")
            if not self._answer("greeting"):
                return
            while command := heard.readline():
                self.commands.append(command.strip())
                word = command[:4].strip().lower().decode()
                if word == "quit":
                    self.server.farewells += 1
                if not self._answer(word) or word == "quit":
                    return
                if word == "data" and not self._take(heard):
                    return

    def _take(self, heard: "object") -> bool:
        """The whole mail, as it came over the line."""
        act = self.server.next_act("content")
        if act is not None:
            self.line.recv(1)
            return act(self)
        lines = []
        while (line := heard.readline()) not in {b".\r\n", b""}:  # type: ignore[attr-defined]  # a file
            lines.append(line)
        if not line:
            return False
        act = self.server.next_act("end")
        if act is None or act in self.server.keeps:
            self.server.taken.append(b"".join(lines))
        self.server.waiting += 1
        self.server.hold_data.wait(10)
        return act(self) if act is not None else self._say("end")

    def _answer(self, word: str) -> bool:
        act = self.server.next_act(word)
        return act(self) if act is not None else self._say(word)

    def _say(self, word: str) -> bool:
        self.line.sendall(_GOOD.get(word, b"500 what?\r\n"))
        return True


@dataclass
class Scripted:
    steps: dict[str, list[Act | None]]
    # Of the answers to a whole mail: after these it was taken all the same.
    keeps: tuple[Act, ...] = ()
    port: int = 0
    taken: list[bytes] = field(default_factory=list)
    talks: list[Conversation] = field(default_factory=list)
    farewells: int = 0
    waiting: int = 0
    hold_data: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        return len(self.talks)

    def next_act(self, word: str) -> Act | None:
        acts = self.steps.get(word)
        return acts.pop(0) if acts else None

    def kill_first(self, how: str) -> None:
        line = self.talks[0].line
        if how == "closed":
            line.shutdown(socket.SHUT_RDWR)
        elif how == "reset":
            self.steps["mail"] = [resets]
        elif how == "silent":
            self.steps["mail"] = [is_silent]
        else:
            self.steps["mail"] = [says(b"421 4.4.2 idle for too long\r\n")]


@contextmanager
def scripted(steps: dict[str, list[Act | None]] | None = None, *, keeps: tuple[Act, ...] = ()) -> Iterator[Scripted]:
    server = Scripted(steps or {}, keeps)
    server.hold_data.set()

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                talk = Conversation(server, line)
                server.talks.append(talk)
                threading.Thread(target=talk.run, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield server
        server.over.set()
        server.hold_data.set()
