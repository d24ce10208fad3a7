"""The application factory: the one place where every part meets."""

from functools import partial
from typing import Any

import psycopg
from flask import Flask

from marketplace import cli, config, web
from marketplace.config import Settings
from marketplace.core import installation, provision, vault
from marketplace.core.db import db, tell_who_acts
from marketplace.core.files import local_store
from marketplace.core.installation import Installation, StripeAccess
from marketplace.core.logs import configure_logs
from marketplace.core.provision import Database


def create_app(
    settings: Settings | None = None, *, login: str = "web", database: Database | None = None
) -> Flask:
    """Build the application. `login` is the database login it serves with."""
    settings = settings or config.from_environment()
    configure_logs(settings.log_level, production=settings.production)
    app = Flask(
        __name__,
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "static"),
    )
    install_parts(settings)
    database = database or provision.locate(settings.home, settings.database_url)
    app.config.from_mapping(
        SETTINGS=settings,
        DATABASE=database,
        AS_WORKER=lambda: create_app(settings, login="worker", database=database),
        SQLALCHEMY_DATABASE_URI="postgresql+psycopg://",
        SQLALCHEMY_ENGINE_OPTIONS={
            "creator": partial(_connect, database, login),
            "pool_pre_ping": True,
            "pool_size": 8,
            "max_overflow": 8,
            "hide_parameters": True,  # an error in the log must not name a debtor
        },
    )
    db.init_app(app)
    with app.app_context():
        tell_who_acts(db.engine)
    web.init_app(app, settings)
    cli.init_app(app)
    return app


def _connect(database: Database, login: str) -> psycopg.Connection[Any]:
    # A plan made while a table was nearly empty must not be used once it is filled: with it a
    # month's reconciliation looped over itself without end.
    return psycopg.connect(
        database.conninfo(login), options="-c plan_cache_mode=force_custom_plan"
    )


def install_parts(settings: Settings) -> None:
    keys = vault.load(settings.keys)
    installation.install(
        Installation(
            vault=keys,
            files=local_store(settings.home / "files", keys),
            keys_folder=settings.keys,
            time_zone=settings.time_zone,
            upload_limit_mb=settings.upload_limit_mb,
            public_url=settings.public_url.rstrip("/"),
            outbox=settings.home / "outbox",
            mail_url=settings.mail_url,
            mail_from=settings.mail_from,
            stripe=_stripe_access(settings),
            virus_scanner=settings.virus_scanner,
            feeds_folder=settings.feeds,
        )
    )


def _stripe_access(settings: Settings) -> StripeAccess | None:
    if not settings.stripe_api_key:
        return None
    return StripeAccess(
        settings.stripe_api_key,
        settings.stripe_api_base,
        config.webhook_secrets(settings.stripe_webhook_secrets),
        settings.stripe_timeout,
    )
