"""Pictures and videos: kept for ever by browsers, videos in parts, and nothing else from that folder."""

from http import HTTPStatus
from pathlib import Path

import pytest
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db  # the end of a stream looks after the connections

FILM = bytes(range(256)) * 4


@pytest.fixture
def films(tmp_path: Path, settings: Settings) -> Path:
    folder = tmp_path / "public"
    (folder / "lamp").mkdir(parents=True)
    (folder / "lamp" / "turning.mp4").write_bytes(FILM)
    (folder / "lamp" / "notes.txt").write_text("not for buyers")
    (tmp_path / "secret.webp").write_bytes(b"private")
    settings.MEDIA_ROOT = folder
    return folder


def body(response: HttpResponseBase) -> bytes:
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]  # a stream's own
    response.close()
    return bytes(content)


def test_a_whole_file_is_kept_for_ever(films: Path) -> None:
    response = Client().get("/media/lamp/turning.mp4")

    assert (response.status_code, response["Content-Type"], response["Accept-Ranges"]) == (200, "video/mp4", "bytes")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert body(response) == FILM


@pytest.mark.parametrize(
    ("asked", "part", "said"),
    [
        ("bytes=0-1", FILM[:2], "bytes 0-1/1024"),
        ("bytes=1000-", FILM[1000:], "bytes 1000-1023/1024"),
        ("bytes=-24", FILM[-24:], "bytes 1000-1023/1024"),
        ("bytes=1020-9999", FILM[1020:], "bytes 1020-1023/1024"),
        ("bytes=-5000", FILM, "bytes 0-1023/1024"),
    ],
)
def test_a_part_is_sent_when_a_part_is_asked_for(films: Path, asked: str, part: bytes, said: str) -> None:
    response = Client().get("/media/lamp/turning.mp4", headers={"Range": asked})

    assert (response.status_code, response["Content-Range"]) == (HTTPStatus.PARTIAL_CONTENT, said)
    assert (body(response), response["Content-Length"]) == (part, str(len(part)))


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5-2", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused_with_the_size(films: Path, asked: str) -> None:
    response = Client().get("/media/lamp/turning.mp4", headers={"Range": asked})

    assert (response.status_code, response["Content-Range"]) == (
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        "bytes */1024",
    )


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=-", "nonsense"])
def test_what_is_no_single_range_of_bytes_gets_the_whole(films: Path, asked: str) -> None:
    assert body(Client().get("/media/lamp/turning.mp4", headers={"Range": asked})) == FILM


@pytest.mark.parametrize(
    "path",
    [
        "lamp/notes.txt",
        "lamp/none.webp",
        "../secret.webp",
        "lamp/../../secret.webp",
        "%2e%2e/secret.webp",
        "lamp%00.webp",
        "lamp",
        f"{'x' * 300}.webp",
    ],
)
def test_nothing_else_comes_out_of_the_folder(films: Path, path: str) -> None:
    assert Client().get(f"/media/{path}").status_code == HTTPStatus.NOT_FOUND
