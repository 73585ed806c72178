"""A port that is being left is waited for, one that is kept is not."""

import socket
import threading
import time

import pytest

from tradewind.cli.addresses import Address, PortTaken, check_free, wait_until_free


@pytest.fixture
def listener() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def address_of(listener: socket.socket) -> Address:
    return Address("127.0.0.1", listener.getsockname()[1])


def test_a_port_that_is_free_a_moment_later_is_waited_for(listener: socket.socket) -> None:
    address = address_of(listener)
    with pytest.raises(PortTaken):
        check_free(address)
    threading.Timer(0.3, listener.close).start()

    wait_until_free(address)

    check_free(address)


def test_a_port_that_somebody_keeps_is_said_to_be_taken(listener: socket.socket) -> None:
    begun = time.monotonic()
    with listener, pytest.raises(PortTaken, match="in use"):
        wait_until_free(address_of(listener), patience=0.2)

    assert time.monotonic() - begun >= 0.2
