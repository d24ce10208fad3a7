"""Serving: Gunicorn for the pages and one worker for the jobs, stopped together."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

_BIN = Path(sys.executable).parent


def serve(*, bind: str, processes: int, threads: int = 8) -> None:
    """Run both until one of them ends or somebody stops us."""
    gunicorn = {
        "--bind": bind,
        "--workers": str(processes),
        "--threads": str(threads),
        "--worker-class": "gthread",
        "--timeout": "120",
        "--log-level": "warning",
    }
    options = [part for pair in gunicorn.items() for part in pair]
    commands = (
        [str(_BIN / "gunicorn"), *options, "wsgi:app"],
        [str(_BIN / "flask"), "--app", "wsgi", "work"],
    )
    children = [subprocess.Popen(one) for one in commands]  # noqa: S603

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for child in children:
            child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        os.wait()
    except (ChildProcessError, InterruptedError):
        pass
    finally:
        stop(signal.SIGTERM, None)
        for child in children:
            child.wait(timeout=60)
