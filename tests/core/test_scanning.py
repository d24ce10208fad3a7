"""Files pass the scanner, or do not pass; a silent scanner lets nothing through.

The other side speaks clamd's INSTREAM and knows the EICAR test file, as every scanner does.
"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from marketplace.core import installation
from marketplace.core.scanning import PIECE, Infected, require_clean
from tests.refusing import refused

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LIMIT = 5 * PIECE


def answer(connection: socket.socket) -> None:
    """One exchange, as clamd has it."""

    def read(size: int) -> bytes:
        got = b""
        while len(got) < size:
            got += connection.recv(size - len(got))
        return got

    assert read(10) == b"zINSTREAM\0"
    content = b""
    while size := struct.unpack("!L", read(4))[0]:
        assert size <= PIECE
        content += read(size)
        if len(content) > LIMIT:
            connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            return
    said = b"stream: OK"
    if EICAR in content:
        said = b"stream: Eicar-Signature FOUND"
    connection.sendall(said + b"\0")


@contextmanager
def scanner(app: Flask) -> Iterator[None]:
    """A scanner on loopback that the installation asks, for as long as the block lasts."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _address = listening.accept()
            except OSError:
                return
            with connection:
                answer(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    before = installation.installed().virus_scanner
    installation.installed().virus_scanner = f"127.0.0.1:{listening.getsockname()[1]}"
    try:
        yield
    finally:
        installation.installed().virus_scanner = before
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def test_without_a_scanner_nothing_is_asked(app: Flask) -> None:
    require_clean([EICAR])


@pytest.mark.parametrize("size", [0, 1, PIECE, 3 * PIECE + 7])
def test_clean_files_pass_in_pieces(app: Flask, size: int) -> None:
    with scanner(app):
        require_clean([b"a" * size])


def test_harmful_files_are_named(app: Flask) -> None:
    with scanner(app), refused("contains Eicar-Signature", kind=Infected):
        require_clean([b"a" * (PIECE - 10), EICAR[:20], EICAR[20:]])


def test_what_the_scanner_cannot_take_is_refused(app: Flask) -> None:
    with scanner(app), refused("size limit exceeded"):
        require_clean([b"a" * PIECE] * 1000)


def test_a_scanner_that_hangs_up_lets_nothing_through(app: Flask) -> None:
    def hang_up() -> None:
        listening.accept()[0].close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=hang_up)
        thread.start()
        before = installation.installed().virus_scanner
        installation.installed().virus_scanner = f"127.0.0.1:{listening.getsockname()[1]}"
        try:
            with refused("could not be scanned"):
                require_clean([b"a" * PIECE] * 100)
        finally:
            installation.installed().virus_scanner = before
            thread.join()


def test_a_silent_scanner_lets_nothing_through(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    before = installation.installed().virus_scanner
    installation.installed().virus_scanner = address
    try:
        with refused("could not be scanned"):
            require_clean([b"a"])
    finally:
        installation.installed().virus_scanner = before
