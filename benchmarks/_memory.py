"""The most memory that this process, or this and its children, have held."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

STATUS, REFERENCES = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def forget() -> float:
    """Let the peak begin anew; what is held now, in MiB."""
    REFERENCES.write_text("5", encoding="ascii")
    return _read("VmRSS")


def above(start: float) -> float:
    """By how much the peak since then exceeds what was held, in MiB."""
    return _read("VmHWM") - start


def _read(name: str) -> float:
    lines = STATUS.read_text(encoding="ascii").splitlines()
    line = next(line for line in lines if line.startswith(name + ":"))
    return int(line.split()[1]) / 1024


@contextmanager
def of_all(peak: list[float]) -> Iterator[None]:
    """Keep the greatest memory of this process and its children together, in MiB."""
    stop = threading.Event()

    def watch() -> None:
        me = psutil.Process()
        while not stop.wait(0.2):
            total = 0
            for process in (me, *me.children(recursive=True)):
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            peak[0] = max(peak[0], total / 2**20)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
