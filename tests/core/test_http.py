"""The HTTP client against a server of its own: what is an answer, what is a refusal, and what is not known."""

import gzip
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction

from tradewind.core import http
from tradewind.core.deliveries import OutcomeUnknown, TransactionOpen
from tradewind.core.work import Refused, TryAgain

pytestmark = pytest.mark.django_db(transaction=True)

HUGE = gzip.compress(b"0" * (http.LARGEST_ANSWER + 1))


class Moody(BaseHTTPRequestHandler):
    """Answers as the path says."""

    def do_GET(self) -> None:
        mood = self.path.strip("/").partition("?")[0]
        if mood == "hangs-up":
            self.close_connection = True
        elif mood == "huge":
            self.answer(200, HUGE, {"Content-Encoding": "gzip"})
        elif mood == "drips":
            self.send_response(200)
            self.end_headers()
            while not self.server.is_closing.wait(0.05):  # type: ignore[attr-defined]  # set below
                self.wfile.write(b".")
        else:
            status, _, pause = mood.partition("-")
            self.answer(int(status), "größer".encode(), {"Location": "/elsewhere", "Retry-After": pause})

    do_POST = do_GET  # noqa: N815  # the name that http.server looks for

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(body)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Moody)
    server.is_closing = threading.Event()  # type: ignore[attr-defined]  # read above
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.is_closing.set()  # type: ignore[attr-defined]  # read above
    server.shutdown()
    serving.join()
    server.server_close()


def problem_of(method: str, url: str, *, timeout: float = 5) -> Exception:
    with pytest.raises(Exception) as told:  # noqa: PT011  # which one, is the question
        http.send(method, url, timeout=timeout)
    return told.value


def test_an_answer_is_read_as_a_whole(url: str) -> None:
    answer = http.send("POST", f"{url}/200", content=b"hello")

    assert (answer.status_code, answer.text) == (200, "größer")


def test_a_refusal_carries_status_and_words(url: str) -> None:
    problem = problem_of("POST", f"{url}/422")

    assert isinstance(problem, Refused)
    assert (problem.code, problem.words) == ("422", "größer")


def test_a_redirect_is_not_followed_and_no_success(url: str) -> None:
    problem = problem_of("POST", f"{url}/302")

    assert isinstance(problem, Refused)
    assert (problem.code, problem.words) == ("302", f"{url}/302 sends us to /elsewhere")


@pytest.mark.parametrize(
    ("method", "mood", "kind"),
    [
        ("POST", "503", http.Busy),
        ("POST", "429", http.Busy),
        ("POST", "500", OutcomeUnknown),
        ("POST", "hangs-up", OutcomeUnknown),
        ("POST", "drips", OutcomeUnknown),
        ("GET", "500", TryAgain),
        ("GET", "hangs-up", TryAgain),
        ("GET", "drips", TryAgain),
        ("GET", "huge", http.AnswerTooLarge),
    ],
)
def test_it_is_known_whether_a_request_may_have_been_obeyed(
    method: str, mood: str, kind: type[Exception], url: str
) -> None:
    assert type(problem_of(method, f"{url}/{mood}", timeout=0.3)) is kind


def test_nobody_there_means_that_nothing_happened() -> None:
    assert type(problem_of("POST", "http://127.0.0.1:1/")) is TryAgain


@pytest.mark.parametrize(("given", "seconds"), [("120", 120), ("999999", 3600), ("soon", 10), ("²", 10)])
def test_a_wanted_pause_is_kept_within_reason(given: str, seconds: int, url: str) -> None:
    problem = problem_of("POST", f"{url}/503-{'%C2%B2' if given == '²' else given}")

    assert isinstance(problem, TryAgain)
    assert problem.after == timedelta(seconds=seconds)


def test_what_a_query_carries_stays_out_of_the_error(url: str) -> None:
    assert str(problem_of("GET", f"{url}/503?token=secret")) == f"{url}/503 answered 503"


def test_nothing_is_sent_inside_a_transaction(url: str) -> None:
    with transaction.atomic(), pytest.raises(TransactionOpen):
        http.send("GET", f"{url}/200")
