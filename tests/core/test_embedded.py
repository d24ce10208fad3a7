"""The embedded server: started once by many, back after a crash, gone when nobody is there."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from marketplace.core import embedded
from marketplace.core.embedded import EmbeddedError, EmbeddedServer
from tests.conftest import ROOT

IDLE = 1
"""Seconds without a client, shortened for the test."""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder the server's user can reach; pytest's own is closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="recoup-pg-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder / "postgres"
    EmbeddedServer(folder / "postgres").stop("immediate")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(home: Path, monkeypatch: pytest.MonkeyPatch) -> EmbeddedServer:
    """A running server that no watcher stops meanwhile."""
    monkeypatch.setattr(EmbeddedServer, "_watch", lambda self: None)
    running = EmbeddedServer(home)
    running.start()
    return running


def ask(server: EmbeddedServer, query: str) -> object:
    with psycopg.connect(server.conninfo()) as connection:
        return connection.execute(query).fetchone()[0]


def postmaster(server: EmbeddedServer) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_two_processes_may_start_it_at_once(home: Path) -> None:
    start = (
        "import sys; from pathlib import Path; from marketplace.core import embedded;"
        " embedded.EmbeddedServer._watch = lambda self: None;"
        " print(embedded.EmbeddedServer(Path(sys.argv[1])).start())"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", start, str(home)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert said[0][0] == said[1][0] != ""
    with psycopg.connect(said[0][0].strip()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_it_is_private(server: EmbeddedServer) -> None:
    assert server.home.stat().st_mode & 0o777 == 0o700
    assert server.password_file.stat().st_mode & 0o077 == 0
    assert ask(server, "SHOW listen_addresses") == ""
    assert ask(server, "SHOW data_checksums") == "on"
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.conninfo(), password="wrong")


def test_starting_again_is_the_same_server(server: EmbeddedServer) -> None:
    before = postmaster(server)
    server.start()
    assert postmaster(server) == before


def test_it_survives_the_death_of_the_postmaster(server: EmbeddedServer) -> None:
    with psycopg.connect(server.conninfo()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    dead = postmaster(server)
    os.kill(dead, signal.SIGKILL)
    server.start()
    assert postmaster(server) != dead
    assert ask(server, "SELECT n FROM kept") == 7


def test_it_stops_when_nobody_is_there(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "IDLE_SECONDS", IDLE)
    monkeypatch.setattr(time, "sleep", lambda _seconds, wait=time.sleep: wait(0.4))
    guest = psycopg.connect(server.conninfo())
    watcher = _in_background(server)
    watcher.join(timeout=2.5)
    assert watcher.is_alive(), "it stopped although somebody was connected"
    guest.close()
    watcher.join(timeout=15)
    assert not watcher.is_alive()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.conninfo())


def _in_background(server: EmbeddedServer) -> Thread:
    thread = Thread(target=server.stop_when_idle, daemon=True)
    thread.start()
    return thread


def test_a_second_watcher_leaves_at_once(server: EmbeddedServer) -> None:
    first = _in_background(server)
    time.sleep(0.3)
    began = time.monotonic()
    server.stop_when_idle()
    assert time.monotonic() - began < 1
    server.stop()
    first.join(timeout=10)
    assert not first.is_alive()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts it as somebody else")
def test_a_folder_the_server_cannot_reach_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(EmbeddedError, match=r"may not enter .*RECOUP_HOME"):
        EmbeddedServer(closed / "postgres").start()
    tmp_path.chmod(0o755)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="recoup-open-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_the_outermost_closed_folder_is_found(open_folder: Path) -> None:
    account = pwd.getpwnam("nobody")
    inner = open_folder / "a" / "b" / "c"
    inner.mkdir(parents=True)
    for folder in (inner, *inner.parents[:3]):
        folder.chmod(0o755)
    assert embedded._blocking_parent(inner, account) is None
    for shut in (open_folder / "a" / "b", open_folder / "a"):
        shut.chmod(0o700)
        assert embedded._blocking_parent(inner, account) == shut


def test_without_any_postgresql_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PG_BINDIR", raising=False)
    monkeypatch.setattr(embedded.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
    with pytest.raises(EmbeddedError, match="DATABASE_URL"):
        embedded.find_binaries()
