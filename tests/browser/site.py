"""A whole installation for the browser: its own home, database, server and worker."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from marketplace.core import provision
from marketplace.core.provision import Database
from tests.conftest import ROOT, WORKER

HOME = ROOT / "var" / f"browser-{WORKER}"
NAME = f"recoup_browser_{WORKER}"
CASES = 1_200
BIN = Path(sys.executable).parent


@dataclass
class Site:
    """Where the installation is, and what keeps it going."""

    address: str
    environment: dict[str, str]
    database: Database
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def flask(self, *command: str) -> str:
        return self._run(str(BIN / "flask"), "--app", "wsgi", *command)

    def others(self, *command: str) -> str:
        """Have everybody who is not in front of the browser take a step; see `others.py`."""
        return self._run(sys.executable, "-m", "tests.browser.others", *command)

    def sql(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Look behind the pages, or move the clock: as the owner, whom no policy holds back."""
        with psycopg.connect(self.database.conninfo("owner")) as connection:
            answer = connection.execute(query, values)
            return answer.fetchall() if answer.description else []

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def set_up() -> Site:
    """Build the demo world, serve it and start a worker."""
    shutil.rmtree(HOME / "keys", ignore_errors=True)
    shutil.rmtree(HOME / "files", ignore_errors=True)
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://localhost:{listening.getsockname()[1]}"
    url = os.environ.get("DATABASE_URL", "")
    database = _database(url)
    environment = {
        **os.environ,
        "RECOUP_HOME": str(HOME),
        "RECOUP_PUBLIC_URL": address,
        "RECOUP_LOG_LEVEL": "WARNING",
        "DATABASE_URL": make_conninfo_url(url),
    }
    site = Site(address, environment, database)
    site.flask("demo-world", "--cases", str(CASES))
    serve = [
        str(BIN / "gunicorn"), "--bind", f"fd://{listening.fileno()}", "--threads", "8",
        "--worker-class", "gthread", "--log-level", "warning", "wsgi:app",
    ]  # fmt: skip
    with (HOME / "server.log").open("wb") as log:
        site.processes = [
            subprocess.Popen(
                serve, cwd=ROOT, env=environment, stdout=log, stderr=log,
                pass_fds=[listening.fileno()],
            ),
            subprocess.Popen(
                [str(BIN / "flask"), "--app", "wsgi", "work"],
                cwd=ROOT, env=environment, stdout=log, stderr=log,
            ),
        ]  # fmt: skip
    listening.close()
    _wait_for(f"{address}/readyz")
    return site


def take_down(site: Site) -> None:
    for process in site.processes:
        process.terminate()
    for process in site.processes:
        process.wait(timeout=60)
    provision.drop(site.database)


def make_conninfo_url(url: str) -> str:
    """The address of an external server, with the name of this test's own database."""
    return re.sub(r"(//[^/?]*)(/[^?]*)?", rf"\1/{NAME}", url, count=1) if url else ""


def _database(url: str) -> Database:
    located = provision.locate(HOME, make_conninfo_url(url))
    server = make_conninfo(located.bootstrap, dbname="postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{located.name}" WITH (FORCE)')
    return located


def _wait_for(url: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=60):  # noqa: S310 -- our own server
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
