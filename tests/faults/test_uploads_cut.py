"""Uploads over real sockets to a real server: cut off, raced, and the server killed."""

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask import Flask

from marketplace.core.db import acting, db
from marketplace.core.files import PIECE
from marketplace.core.installation import files
from marketplace.core.provision import Database
from marketplace.portfolios import Upload
from tests.conftest import HOME, ROOT, SYSTEM, TestBrowser, sign_in
from tests.factories import someone
from tests.faults.processes import url_of

pytestmark = pytest.mark.faults

CONTENT = os.urandom(5 * PIECE + 321)
Headers = dict[str, str]


class Server:
    """Gunicorn on a port of its own, which it keeps when it is started again."""

    def __init__(self, database: Database, log: Path) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.log = log
        self.environment = {
            **os.environ, "RECOUP_HOME": str(HOME), "DATABASE_URL": url_of(database),
        }  # fmt: skip

    def start(self) -> None:
        fd = self.listening.fileno()
        with self.log.open("a") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--bind", f"fd://{fd}", "--threads", "4",
                 "--worker-class", "gthread", "wsgi:app"],
                cwd=ROOT, env=self.environment, stdout=said, stderr=said, pass_fds=[fd],
                start_new_session=True,
            )  # fmt: skip
        urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=60).close()

    def kill(self) -> None:
        """Master and workers at once, without a word."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)


@pytest.fixture
def server(committed: Flask, database: Database, tmp_path: Path) -> Iterator[Server]:
    server = Server(database, tmp_path / "server.log")
    server.start()
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.terminate()
        server.process.wait(timeout=20)
        server.listening.close()


@pytest.fixture
def clara(committed: Flask, server: Server) -> Headers:
    """What Clara's browser sends with every request of an upload."""
    client = TestBrowser(committed)
    sign_in(client, someone("clara"))
    client.get("/lender/tapes/new")
    cookie = client.get_cookie("recoup")
    assert cookie is not None
    headers = {"Cookie": f"recoup={cookie.value}", "Tus-Resumable": "1.0.0"}
    line = HTTPConnection("127.0.0.1", server.port)
    line.request("GET", "/lender/tapes/new", headers=headers)
    answer = line.getresponse()
    token = re.search(r'name="csrf-token" content="([^"]+)"', answer.read().decode())
    line.close()
    assert token is not None
    cookies = (answer.headers["Set-Cookie"] or headers["Cookie"]).split(";")[0]
    return headers | {"Cookie": cookies, "X-CSRFToken": token.group(1)}


def ask(server: Server, method: str, url: str, headers: Headers, body: bytes = b"") -> Headers:
    line = HTTPConnection("127.0.0.1", server.port, timeout=60)
    line.request(method, url, body=body, headers=headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return {"Status": str(answer.status), **dict(answer.headers)}


def create(server: Server, headers: Headers) -> str:
    size = {"Upload-Length": str(len(CONTENT))}
    answer = ask(server, "POST", "/lender/uploads/", headers | size)
    assert answer["Status"] == "201", answer
    return answer["Location"]


def offset(server: Server, url: str, headers: Headers) -> int:
    return int(ask(server, "HEAD", url, headers)["Upload-Offset"])


def patch(server: Server, url: str, headers: Headers, at: int) -> Headers:
    return ask(server, "PATCH", url, headers | _piece(at), CONTENT[at:])


def _piece(at: int) -> Headers:
    return {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(at)}


def start_to_send(
    server: Server, url: str, headers: Headers, *, at: int, size: int
) -> socket.socket:
    """Promise everything from `at` on, send `size` bytes of it, and hold the line."""
    line = socket.create_connection(("127.0.0.1", server.port))
    said = headers | _piece(at) | {"Host": "x", "Content-Length": str(len(CONTENT) - at)}
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    line.sendall(f"PATCH {url} HTTP/1.1\r\n{head}\r\n".encode())
    line.sendall(CONTENT[at : at + size])
    return line


def settled(server: Server, url: str, headers: Headers, least: int) -> int:
    """The offset once the server has dealt with all that was sent."""
    until = time.monotonic() + 20
    while (found := offset(server, url, headers)) < least and time.monotonic() < until:
        time.sleep(0.1)
    return found


def is_whole(url: str) -> None:
    db.session.rollback()
    with acting(SYSTEM):
        upload = db.session.scalars(db.select(Upload)).one()
        assert upload.whole
    digest = hashlib.sha256()
    for piece in files().pieces(upload.file_key):
        digest.update(piece)
    assert digest.hexdigest() == hashlib.sha256(CONTENT).hexdigest()


def test_a_cut_connection_keeps_every_byte_that_came(server: Server, clara: Headers) -> None:
    url, size = create(server, clara), 2 * PIECE + 77_777
    start_to_send(server, url, clara, at=0, size=size).close()
    assert settled(server, url, clara, size) == size
    answer = patch(server, url, clara, size)
    assert (answer["Status"], answer["Upload-Offset"]) == ("204", str(len(CONTENT)))
    is_whole(url)


def test_a_reset_connection_keeps_all_but_the_last_bytes(
    server: Server, clara: Headers
) -> None:
    url, size = create(server, clara), 3 * PIECE + 100
    line = start_to_send(server, url, clara, at=0, size=size)
    settled(server, url, clara, 3 * PIECE)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    line.close()
    found = settled(server, url, clara, 3 * PIECE)
    assert 3 * PIECE <= found <= size
    time.sleep(0.5)
    found = offset(server, url, clara)
    assert patch(server, url, clara, found)["Status"] == "204"
    is_whole(url)


def test_a_killed_server_loses_at_most_a_piece(server: Server, clara: Headers) -> None:
    url, size = create(server, clara), 3 * PIECE + 500_000
    with start_to_send(server, url, clara, at=0, size=size):
        settled(server, url, clara, 3 * PIECE)
        server.kill()
    server.start()
    assert offset(server, url, clara) == 3 * PIECE
    assert patch(server, url, clara, 3 * PIECE)["Status"] == "204"
    is_whole(url)


def test_of_two_who_send_the_same_bytes_one_is_told_to_look_again(
    server: Server, clara: Headers
) -> None:
    url = create(server, clara)
    answers: list[Headers] = []
    together = threading.Barrier(2)

    def send() -> None:
        together.wait()
        answers.append(patch(server, url, clara, 0))

    senders = [threading.Thread(target=send) for _one in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(answer["Status"] for answer in answers) == ["204", "409"]
    is_whole(url)


def test_without_the_token_nothing_is_taken(server: Server, clara: Headers) -> None:
    url = create(server, clara)
    bare = {name: value for name, value in clara.items() if name != "X-CSRFToken"}
    assert patch(server, url, bare, 0)["Status"] == "400"
    assert offset(server, url, clara) == 0
