"""A sealed stream gives back what was sealed, and nothing that was changed, cut off, repeated or put in another order."""

import io

import pytest

from tradewind.backup.problems import DamagedArchive, WrongPassphrase
from tradewind.backup.sealing import CHUNK, MARK, Opener, Sealer

PASSPHRASE = "ein langer Spaziergang am Meer 海"
_HEAD = len(MARK) + 32
_SEALED_CHUNK = CHUNK + 16


def sealed(content: bytes, *, piece: int = CHUNK) -> bytes:
    into = io.BytesIO()
    sealer = Sealer(into, PASSPHRASE)
    for place in range(0, len(content), piece):
        sealer.write(content[place : place + piece])
    sealer.finish()
    return into.getvalue()


def opened(content: bytes, passphrase: str = PASSPHRASE) -> bytes:
    return io.BufferedReader(Opener(io.BytesIO(content), passphrase, name="a.sealed")).read()


@pytest.fixture(scope="module")
def three_chunks() -> bytes:
    return sealed(bytes(CHUNK) + b"\1" * CHUNK + b"end")


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
@pytest.mark.parametrize("piece", [CHUNK, 3 * CHUNK, 99_991])
def test_what_was_sealed_comes_back(size: int, piece: int) -> None:
    content = (b"letters and orders " * (size // 19 + 1))[:size]

    assert opened(sealed(content, piece=piece)) == content


def test_the_same_content_is_never_sealed_alike() -> None:
    assert sealed(b"letters")[_HEAD:] != sealed(b"letters")[_HEAD:]


def test_another_passphrase_is_said_to_be_one() -> None:
    with pytest.raises(WrongPassphrase):
        opened(sealed(b"letters"), "ein langer Spaziergang am Fluss")


@pytest.mark.parametrize("place", [0, len(MARK), len(MARK) + 16, _HEAD, _HEAD + CHUNK, -1])
def test_a_changed_byte_is_refused(place: int, three_chunks: bytes) -> None:
    changed = bytearray(three_chunks)
    changed[place] ^= 1

    with pytest.raises((DamagedArchive, WrongPassphrase)):
        opened(bytes(changed))


def test_a_stream_cut_off_anywhere_is_refused_even_between_chunks(three_chunks: bytes) -> None:
    for length in (0, 10, _HEAD, _HEAD + 16, _HEAD + _SEALED_CHUNK, _HEAD + 2 * _SEALED_CHUNK, len(three_chunks) - 1):
        with pytest.raises(DamagedArchive):
            opened(three_chunks[:length])


def test_chunks_in_another_order_missing_repeated_or_added_are_refused(three_chunks: bytes) -> None:
    head, rest = three_chunks[:_HEAD], three_chunks[_HEAD:]
    first, second, last = rest[:_SEALED_CHUNK], rest[_SEALED_CHUNK : 2 * _SEALED_CHUNK], rest[2 * _SEALED_CHUNK :]

    for chunks in ((second, first, last), (second, last), (first, first, second, last), (first, second, last, last)):
        with pytest.raises(DamagedArchive):
            opened(head + b"".join(chunks))
    assert opened(head + first + second + last) == bytes(CHUNK) + b"\1" * CHUNK + b"end"


def test_a_chunk_of_another_file_under_the_same_passphrase_is_refused(three_chunks: bytes) -> None:
    other = sealed(b"\2" * CHUNK + b"end")

    with pytest.raises(DamagedArchive):
        opened(three_chunks[:_HEAD] + other[_HEAD:])
