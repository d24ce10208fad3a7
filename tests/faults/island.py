"""An installation with a database server of its own, to be stopped, started and set back."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flask import Flask

from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.core import backups, installation, provision
from marketplace.core.db import acting, db
from marketplace.core.embedded import EmbeddedServer
from marketplace.core.provision import Database
from marketplace.migrations import running
from tests.conftest import ROOT, SYSTEM
from tests.faults.processes import url_of
from tests.stripe_server import KEY


@dataclass
class Island:
    """One installation; what is asked of its database goes over real connections."""

    app: Flask
    home: Path
    database: Database
    server: EmbeddedServer
    workers: list[subprocess.Popen] = field(default_factory=list)

    def crash(self) -> None:
        """The server is gone at once, in the middle of whatever it did."""
        self.server.stop("immediate")

    def come_back(self) -> None:
        self.server.start()
        self.let_go()

    def let_go(self) -> None:
        """Forget connections to a server or a database that is no more."""
        db.session.remove()
        db.engine.dispose()

    def back_up(self, file: Path) -> None:
        db.session.rollback()
        backups.dump(self.database, file)

    def restore(self, file: Path) -> None:
        self.let_go()
        backups.restore(self.database, file)
        running.upgrade(self.database)

    def worker(self, at: datetime, stripe_base: str) -> subprocess.Popen:
        """Start a worker whose clock says what one tells it."""
        environment = {
            **os.environ, "RECOUP_HOME": str(self.home), "DATABASE_URL": url_of(self.database),
            "STRIPE_API_KEY": KEY, "STRIPE_API_BASE": stripe_base,
        }  # fmt: skip
        with (self.home / f"worker-{len(self.workers)}.log").open("w") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "carry-rails",
                 "--at", at.strftime("%Y-%m-%dT%H:%M:%S")],
                cwd=ROOT, env=environment, stdout=said, stderr=said,
            )  # fmt: skip
        self.workers.append(process)
        return process


@contextmanager
def an_island() -> Iterator[Island]:
    """An empty installation in a folder of its own, gone afterwards."""
    before = installation.installed()
    with tempfile.TemporaryDirectory(
        prefix="recoup-island-", ignore_cleanup_errors=True
    ) as name:
        home = Path(name)
        home.chmod(0o755)
        settings = Settings(home=home, log_level="WARNING", database_url="")
        database = provision.locate(home)
        provision.provision(database)
        running.upgrade(database)
        app = create_app(settings, login="worker", database=database)
        here = Island(app, home, database, EmbeddedServer(home / "postgres"))
        try:
            with app.app_context(), acting(SYSTEM):
                yield here
                here.let_go()
        finally:
            for process in here.workers:
                if process.poll() is None:
                    process.kill()
                process.wait(timeout=10)
            here.server.stop("immediate")
            installation.install(before)
