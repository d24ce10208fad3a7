"""The operator's door: set up, migrate, demo world, story, work, verify."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from marketplace import audit, demo, portfolios, worker
from marketplace.accounts import organisation_by_short_code
from marketplace.core import provision, vault
from marketplace.core.db import acting, db, transaction
from marketplace.core.provision import Database
from marketplace.migrations import running
from marketplace.reactions import SYSTEM

CASES = 20_000
TAPE_CASES = 2_000


def init_app(app: Flask) -> None:
    """Add the operator's commands."""
    for command in (
        migrate,
        work,
        demo_world,
        story,
        sign_ins,
        audit_export,
        audit_verify,
        rotate_key,
        apply_tombstones,
    ):
        app.cli.add_command(command)


def say(words: str) -> None:
    """Progress goes to stderr: stdout is for results."""
    click.echo(words, err=True)


def prepare() -> None:
    """Create roles, database and tables where they are missing. Safe to repeat."""
    database: Database = current_app.config["DATABASE"]
    provision.provision(database)
    running.upgrade(database)


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to the newest revision (and create it first)."""
    prepare()
    say(f"The database is at revision {running.current(current_app.config['DATABASE'])}.")


@click.command("work")
@click.option("--concurrency", default=2, show_default=True)
@with_appcontext
def work(concurrency: int) -> None:
    """Run background jobs until stopped."""
    worker.run(_as_worker(), concurrency=concurrency)


@click.command("demo-world")
@click.option("--cases", default=CASES, show_default=True, type=click.IntRange(100, 1_000_000))
@with_appcontext
def demo_world(cases: int) -> None:
    """Build the demo world: 3 lenders, 12 agencies, twelve months of past."""
    prepare()
    with _as_worker().app_context():
        if demo.world_exists():
            say("The database already has organisations: the demo world is kept as it is.")
            return
        demo.build_world(cases, now=datetime.now(UTC), say=say)


@click.command("story")
@click.option("--tape", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--cases", default=None, type=click.IntRange(1, 1_000_000))
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON on stdout.")
@with_appcontext
def story(tape: Path | None, cases: int | None, as_json: bool) -> None:
    """Run the whole main job once, each step as the right user."""
    prepare()
    with _as_worker().app_context():
        now = datetime.now(UTC)
        if not demo.world_exists():
            demo.build_world(CASES, now=now, say=say)
        plot = demo.Story(tape=tape, cases=cases or TAPE_CASES, limit=cases, now=now, say=say)
        outcome = demo.tell(plot)
    if as_json:
        click.echo(json.dumps(outcome.as_json(), ensure_ascii=False))
    else:
        for name, value in outcome.as_json().items():
            click.echo(f"{name:22} {value}")
    if not outcome.holds:
        sys.exit(1)


@click.command("sign-ins")
def sign_ins() -> None:
    """Print who can sign in to the demo world."""
    click.echo("Sign in with one of these addresses:")
    for role, address in demo.sign_ins():
        click.echo(f"  {role:34} {address}")
    click.echo(f"Everybody's password is: {demo.PASSWORD}")


@click.command("audit-export")
@click.option("--organisation", required=True, help="The organisation's code, such as DEMO.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def audit_export(organisation: str, file: Path) -> None:
    """Write an organisation's audit chain and its signed head to FILE."""
    key = audit.load_signing_key(current_app.config["SETTINGS"].keys)
    with _as_worker().app_context(), acting(SYSTEM):
        chain = organisation_by_short_code(organisation).id
        bundle = audit.chain_bundle(chain, key, now=datetime.now(UTC))
    file.write_text(json.dumps(bundle, ensure_ascii=False))
    say(f"{len(bundle['events'])} events written to {file}.")


@click.command("audit-verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--head", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def audit_verify(file: Path, head: Path | None) -> None:
    """Check an exported chain, without a database."""
    held = json.loads(head.read_text()) if head else None
    faults = audit.verify_bundle(json.loads(file.read_text()), held_head=held)
    for fault in faults:
        click.echo(f"BROKEN {fault}")
    if faults:
        sys.exit(1)
    click.echo("OK")


@click.command("rotate-key")
@with_appcontext
def rotate_key() -> None:
    """Put a new master key on the ring and seal every debtor's key with it."""
    keys = vault.add_key(current_app.config["SETTINGS"].keys)
    with _as_worker().app_context(), acting(SYSTEM), transaction():
        count = portfolios.reseal_keys(keys)
    say(f"A new key seals from now on; {count} debtors' keys were sealed anew.")


@click.command("apply-tombstones")
@with_appcontext
def apply_tombstones() -> None:
    """After a restore: forget again everybody who was forgotten since the backup."""
    with _as_worker().app_context(), acting(SYSTEM), transaction():
        count = portfolios.apply_tombstones(now=datetime.now(UTC))
    say(f"{count} people forgotten again.")


def _as_worker() -> Flask:
    """The same application with the worker's database login."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    database: Database = app.config["DATABASE"]
    if app.config["SQLALCHEMY_DATABASE_URI"] == database.url("worker"):
        return app  # type: ignore[no-any-return]
    with app.app_context():
        db.engine.dispose()
    from marketplace.app import create_app  # noqa: PLC0415 -- the factory imports this module

    return create_app(app.config["SETTINGS"], login="worker", database=database)
