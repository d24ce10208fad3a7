"""The most memory this process has held since a moment, as the system counts it."""

from pathlib import Path

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
