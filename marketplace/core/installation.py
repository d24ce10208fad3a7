"""What one installation is made of, built once per process and reached from features.

Features are given people and time; where the keys and the files are is the same for everybody.
"""

from dataclasses import dataclass
from pathlib import Path

from marketplace.core.files import FileStore
from marketplace.core.vault import Vault


@dataclass
class Installation:
    vault: Vault
    files: FileStore
    keys_folder: Path
    time_zone: str
    upload_limit_mb: int
    public_url: str
    outbox: Path
    mail_url: str = ""
    mail_from: str = ""
    virus_scanner: str = ""
    """Where ClamAV's clamd listens, "host:port"; empty: files are not scanned."""


_installed: list[Installation] = []


def install(installation: Installation) -> None:
    _installed[:] = [installation]


def installed() -> Installation:
    return _installed[0]


def vault() -> Vault:
    return _installed[0].vault


def files() -> FileStore:
    return _installed[0].files
