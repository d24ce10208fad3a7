"""Settings, read once from the environment. A wrong one stops the start, never a request."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from zoneinfo import available_timezones

ROOT = Path(__file__).parent.parent


STRIPE_ENDPOINTS = ("platform", "connect", "debtor")


class SettingsError(Exception):
    """A setting cannot be used; the message says which, and what it should be."""


@dataclass(frozen=True)
class Settings:
    """Everything an operator may set. `docs/operations.md` explains each one."""

    home: Path = field(default=ROOT / "var", metadata={"env": "RECOUP_HOME"})
    database_url: str = field(default="", metadata={"env": "DATABASE_URL"})
    production: bool = field(default=False, metadata={"env": "RECOUP_PRODUCTION"})
    public_url: str = field(
        default="http://127.0.0.1:8000", metadata={"env": "RECOUP_PUBLIC_URL"}
    )
    time_zone: str = field(default="Asia/Shanghai", metadata={"env": "RECOUP_TIME_ZONE"})
    upload_limit_mb: int = field(default=1024, metadata={"env": "RECOUP_UPLOAD_LIMIT_MB"})
    form_limit_mb: int = field(default=200, metadata={"env": "RECOUP_FORM_LIMIT_MB"})
    virus_scanner: str = field(default="", metadata={"env": "RECOUP_VIRUS_SCANNER"})
    feeds: Path | None = field(default=None, metadata={"env": "RECOUP_FEEDS"})
    trusted_proxies: int = field(default=0, metadata={"env": "RECOUP_TRUSTED_PROXIES"})
    mail_url: str = field(default="", metadata={"env": "RECOUP_MAIL_URL"})
    mail_from: str = field(
        default="recoup@localhost.localdomain", metadata={"env": "RECOUP_MAIL_FROM"}
    )
    oidc_issuer: str = field(default="", metadata={"env": "RECOUP_OIDC_ISSUER"})
    oidc_client_id: str = field(default="", metadata={"env": "RECOUP_OIDC_CLIENT_ID"})
    oidc_client_secret: str = field(default="", metadata={"env": "RECOUP_OIDC_CLIENT_SECRET"})
    metrics_token: str = field(default="", metadata={"env": "RECOUP_METRICS_TOKEN"})
    log_level: str = field(default="INFO", metadata={"env": "RECOUP_LOG_LEVEL"})
    stripe_api_key: str = field(default="", metadata={"env": "STRIPE_API_KEY"})
    stripe_api_base: str = field(default="", metadata={"env": "STRIPE_API_BASE"})
    stripe_timeout: int = field(default=10, metadata={"env": "STRIPE_TIMEOUT_SECONDS"})
    stripe_webhook_secrets: str = field(default="", metadata={"env": "STRIPE_WEBHOOK_SECRETS"})

    @property
    def keys(self) -> Path:
        return self.home / "keys"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read every setting; refuse one that does not parse, by its name."""
    chosen: dict[str, object] = {}
    for setting in fields(Settings):
        name = setting.metadata["env"]
        if given := environment.get(name, "").strip():
            chosen[setting.name] = _parsed(name, given, setting.type)
    settings = Settings(**chosen)  # type: ignore[arg-type]
    _check(settings)
    return settings


def webhook_secrets(given: str) -> dict[str, tuple[str, ...]]:
    """The signing secrets by endpoint; two at a time while one is being rotated.

    >>> webhook_secrets("platform=whsec_a+whsec_b, connect=whsec_c")
    {'platform': ('whsec_a', 'whsec_b'), 'connect': ('whsec_c',)}
    """
    found = {}
    for part in given.split(",") if given.strip() else ():
        endpoint, _equals, secrets = part.strip().partition("=")
        named = tuple(secret for secret in secrets.split("+") if secret)
        if endpoint not in STRIPE_ENDPOINTS or not named:
            raise SettingsError(
                "STRIPE_WEBHOOK_SECRETS must look like platform=whsec_…,connect=whsec_…"
            )
        found[endpoint] = named
    return found


def _parsed(name: str, given: str, kind: object) -> object:
    if kind is bool:
        if given.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise SettingsError(f"{name} must be 1 or 0, not {given!r}.")
        return given.lower() in {"1", "true", "yes"}
    if kind is int:
        if not given.isdigit():
            raise SettingsError(f"{name} must be a whole number, not {given!r}.")
        return int(given)
    return Path(given).resolve() if kind in (Path, Path | None) else given


def _check(settings: Settings) -> None:
    if settings.production and not settings.public_url.startswith("https://"):
        raise SettingsError(
            "RECOUP_PUBLIC_URL must start with https:// when RECOUP_PRODUCTION is on."
        )
    if settings.oidc_issuer and not settings.oidc_client_id:
        raise SettingsError("RECOUP_OIDC_ISSUER is set: RECOUP_OIDC_CLIENT_ID is needed too.")
    if settings.production and settings.oidc_issuer.startswith("http://"):
        raise SettingsError("RECOUP_OIDC_ISSUER must start with https:// in production.")
    _check_addresses(settings)
    _check_stripe(settings)
    if settings.time_zone not in available_timezones():
        raise SettingsError(
            f"RECOUP_TIME_ZONE must be like Asia/Shanghai, not {settings.time_zone!r}."
        )
    if settings.log_level not in logging.getLevelNamesMapping():
        raise SettingsError(
            f"RECOUP_LOG_LEVEL must be INFO or another level, not {settings.log_level!r}."
        )
    if settings.database_url and not settings.database_url.startswith("postgres"):
        raise SettingsError("DATABASE_URL must start with postgresql://")


def _check_stripe(settings: Settings) -> None:
    webhook_secrets(settings.stripe_webhook_secrets)
    if settings.stripe_api_key and not settings.stripe_api_key.startswith(("sk_", "rk_")):
        raise SettingsError("STRIPE_API_KEY must be a secret key: it begins with sk_ or rk_.")
    # Each attempt must end well within the lease of its operation.
    if not 1 <= settings.stripe_timeout <= 60:
        raise SettingsError("STRIPE_TIMEOUT_SECONDS must be from 1 to 60.")
    base = settings.stripe_api_base
    if base and not base.startswith(("https://", "http://127.0.0.1:")):
        raise SettingsError("STRIPE_API_BASE must start with https://, or be on this machine.")


def _check_addresses(settings: Settings) -> None:
    if settings.mail_url and not settings.mail_url.startswith(("smtp://", "smtps://")):
        raise SettingsError("RECOUP_MAIL_URL must look like smtp://user:password@host:587")
    host, _colon, port = settings.virus_scanner.rpartition(":")
    if settings.virus_scanner and not (host and port.isdigit()):
        raise SettingsError("RECOUP_VIRUS_SCANNER must look like 127.0.0.1:3310")
