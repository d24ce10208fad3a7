"""What benchmarks share: a database of their own, a clock, the memory, and the table."""

import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))

from flask import Flask

from marketplace import cli
from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.core.db import acting, db
from marketplace.core.embedded import EmbeddedServer
from marketplace.reactions import SYSTEM


@contextmanager
def own_database() -> Iterator[Flask]:
    """An empty installation in a temporary folder, gone afterwards."""
    # The server's watcher may still write while the folder goes.
    with tempfile.TemporaryDirectory(
        prefix="recoup-bench-", ignore_cleanup_errors=True
    ) as folder:
        home = Path(folder)
        home.chmod(0o755)
        database_url = os.environ.get("DATABASE_URL", "")
        settings = Settings(home=home, log_level="WARNING", database_url=database_url)
        app = create_app(settings, login="worker")
        try:
            with app.app_context(), acting(SYSTEM):
                cli.prepare()
                yield app
                db.session.remove()
                db.engine.dispose()
        finally:
            if not settings.database_url:
                EmbeddedServer(home / "postgres").stop("immediate")


@contextmanager
def timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    started = perf_counter()
    yield
    seconds[name] = perf_counter() - started


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(title: str, rows: list[tuple[str, ...]]) -> None:
    """Print a table: the first row is its head."""
    widths = [max(len(row[j]) for row in rows) for j in range(len(rows[0]))]
    print(f"\n{title}")
    for i, row in enumerate(rows):
        cells = zip(row, widths, strict=True)
        print("  " + "  ".join(cell.ljust(width) for cell, width in cells))
        if i == 0:
            print("  " + "  ".join("-" * width for width in widths))


def percentile(values: list[float], share: float) -> float:
    ranked = sorted(values)
    return ranked[min(int(len(ranked) * share), len(ranked) - 1)]
