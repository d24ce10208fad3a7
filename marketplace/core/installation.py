"""What one installation is made of, built once per process and reached from features.

Features are given people and time; where the keys and the files are is the same for everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from marketplace.core.files import FileStore
from marketplace.core.vault import Vault


@dataclass(frozen=True)
class StripeAccess:
    """How Stripe is reached, and which secrets sign what it sends, by endpoint."""

    api_key: str
    api_base: str = ""
    webhook_secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    timeout_seconds: float = 10


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
    stripe: StripeAccess | None = None
    virus_scanner: str = ""
    """Where ClamAV's clamd listens, "host:port"; empty: files are not scanned."""

    feeds_folder: Path | None = None
    """Where lenders' systems put their files down; None: nowhere."""


_installed: list[Installation] = []


def install(installation: Installation) -> None:
    _installed[:] = [installation]


def installed() -> Installation:
    return _installed[0]


def vault() -> Vault:
    return _installed[0].vault


def files() -> FileStore:
    return _installed[0].files
