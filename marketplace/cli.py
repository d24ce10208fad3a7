"""The operator's door: set up, migrate, demo world, story, work, verify."""

import json
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from marketplace import (
    accounts,
    audit,
    cli_money,
    demo,
    portfolios,
    reconciliation,
    serving,
    worker,
)
from marketplace.accounts import Kind, Role, organisation_by_short_code
from marketplace.core import backups, provision, vault
from marketplace.core.db import acting, db, transaction
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.money import in_figures
from marketplace.core.provision import Database
from marketplace.core.told import in_english
from marketplace.migrations import running
from marketplace.reactions import SYSTEM

CASES = 20_000
TAPE_CASES = 2_000
UNREADABLE, UNDECIDED = 2, 3
"""How a command ends when its input cannot be read, or somebody must decide."""


def init_app(app: Flask) -> None:
    """Add the operator's commands."""
    for command in (
        migrate,
        work,
        serve,
        demo_site,
        forget_everything,
        open_platform,
        backup,
        restore,
        demo_world,
        story,
        sign_ins,
        audit_export,
        audit_verify,
        rotate_key,
        apply_tombstones,
        reconcile_month,
        import_tape,
        *cli_money.COMMANDS,
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


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write the database to FILE. Back up files/ too, and keys/ to another place."""
    backups.dump(current_app.config["DATABASE"], file)
    say(f"Written: {file}. Remember files/ and, somewhere else, keys/.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def restore(file: Path, yes: bool) -> None:
    """Replace the database by FILE, bring it up to date, and forget again who was forgotten."""
    if not yes:
        click.confirm("Replace everything in the database?", abort=True)
    database: Database = current_app.config["DATABASE"]
    backups.restore(database, file)
    running.upgrade(database)
    with _as_worker().app_context(), acting(SYSTEM), transaction():
        count = portfolios.apply_tombstones(now=datetime.now(UTC))
    say(f"Restored. {count} people forgotten again.")


@click.command("work")
@click.option("--concurrency", default=2, show_default=True)
@with_appcontext
def work(concurrency: int) -> None:
    """Run background jobs until stopped."""
    worker.run(_as_worker(), concurrency=concurrency)


@click.command("serve")
@click.option("--bind", default="127.0.0.1:8000", show_default=True)
@click.option("--processes", default=2, show_default=True)
@with_appcontext
def serve(bind: str, processes: int) -> None:
    """Serve the site with Gunicorn, and run jobs beside it."""
    prepare()
    serving.serve(bind=bind, processes=processes)


@click.command("demo")
@click.option("--cases", default=CASES, show_default=True, type=click.IntRange(100, 1_000_000))
@click.option("--bind", default="127.0.0.1:8000", show_default=True)
@click.pass_context
@with_appcontext
def demo_site(context: click.Context, cases: int, bind: str) -> None:
    """Build the demo world, run the main job once, then serve the site."""
    prepare()
    with _as_worker().app_context():
        fresh = not demo.world_exists()
    if fresh:
        context.invoke(demo_world, cases=cases)
        context.invoke(story, tape=None, cases=None, as_json=False)
    say(f"\nRecoup runs at http://{bind}  (stop it with Ctrl-C; the data stays)\n")
    context.invoke(sign_ins)
    serving.serve(bind=bind, processes=1)


@click.command("forget-everything")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def forget_everything(yes: bool) -> None:
    """Drop the database and delete the files and keys of this installation."""
    settings = current_app.config["SETTINGS"]
    if not yes:
        click.confirm(f"Delete everything in {settings.home} and the database?", abort=True)
    provision.drop(current_app.config["DATABASE"])
    for folder in ("files", "keys", "outbox"):
        shutil.rmtree(settings.home / folder, ignore_errors=True)
    say("Everything is gone.")


@click.command("open-platform")
@click.option("--email", required=True, help="Where the first person's link goes.")
@click.option("--name", required=True, help="The first person's name.")
@with_appcontext
def open_platform(email: str, name: str) -> None:
    """In an empty installation: open the platform's organisation and print the first link."""
    prepare()
    with _as_worker().app_context(), acting(SYSTEM), transaction():
        _organisation, invited = accounts.open_organisation(
            kind=Kind.PLATFORM,
            short_code="RECOUP",
            name="Recoup",
            name_zh="聚清",
            jurisdiction="CN",
            manager_email=email,
            manager_name=name,
            role=Role.VETTING,
            by=None,
            now=datetime.now(UTC),
        )
    click.echo(invited.link)


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
@click.argument("issued", nargs=-1, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--head", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def audit_verify(file: Path, issued: tuple[Path, ...], head: Path | None) -> None:
    """Check an exported chain without a database, and that files are as they were issued."""
    held = json.loads(head.read_text()) if head else None
    bundle = json.loads(file.read_text())
    faults = audit.verify_bundle(bundle, held_head=held) + audit.unissued(bundle, issued)
    click.echo("\n".join(f"BROKEN {fault}" for fault in faults) or "OK")
    sys.exit(1 if faults else 0)


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


@click.command("reconcile")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--dry-run", is_flag=True, required=True, help="Required: the command keeps nothing."
)
@click.option(
    "--decided", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON of the groups that people put together, in the words of the output.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
def reconcile_month(folder: Path, dry_run: bool, decided: Path | None, as_json: bool) -> None:
    """Match the ledgers, bank statements and claims of a month's FOLDER.

    Touches no database. Exit code 2: a file is missing or cannot be read.
    """
    try:
        found = reconciliation.reconcile(
            reconciliation.read_month(folder),
            reconciliation.read_decided(decided) if decided else (),
        )
    except Refusal as refusal:
        say(in_english(refusal))
        sys.exit(UNREADABLE)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False))
        return
    for kind, held in found.totals_by_class().items():
        amounts = ", ".join(
            f"{in_figures(amount, currency or 'CNY')} {currency}"
            for currency, amount in held["amount_minor_by_currency"].items()
        )
        click.echo(f"{kind:16}{held['groups']:>8} groups{held['auto']:>8} automatic  {amounts}")


@click.command("import-tape")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--lender", required=True, help="The lender's code, such as DEMO.")
@click.option("--jurisdiction", required=True, type=click.Choice(("CN", "US", "EU")))
@click.option("--profile", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "email", default=None, help="Who imports; else the lender's manager.")
@click.option("--portfolio", default=None, help="Its name; else that of the file.")
@click.option("--dry-run", is_flag=True, help="Say what is wrong; keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
@with_appcontext
def import_tape(
    file: Path, lender: str, jurisdiction: str, profile: Path | None, email: str | None,
    portfolio: str | None, dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Import FILE and say everything that is wrong with it.

    Exit code 3: a defect of the whole file awaits a decision; 2: the file cannot be read.
    """
    now, content = datetime.now(UTC), file.read_bytes()
    try:
        said = json.loads(profile.read_text("utf-8-sig")) if profile else {}
        report = portfolios.report_on(
            file.name, content, jurisdiction=jurisdiction,
            profile=portfolios.read_profile(said), today=now.date(),
        )  # fmt: skip
    except (Refusal, ValueError) as error:
        say(in_english(error) if isinstance(error, Refusal) else f"{profile}: {error}")
        sys.exit(UNREADABLE)
    found = report.as_json()
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else _summary(found))
    if report.file_level_defects():
        say("The file does not agree with its cover sheet: nothing is imported. Correct it, or")
        say("import it on screen, where a second person can confirm the difference.")
        sys.exit(UNDECIDED)
    if not dry_run:
        with _as_worker().app_context(), acting(SYSTEM):
            try:
                with transaction():
                    _import(report, file.name, content, said, lender, email, portfolio, now)
            finally:
                db.session.remove()
                db.engine.dispose()


def _import(
    report: portfolios.Report, name: str, content: bytes, profile: dict[str, object],
    lender: str, email: str | None, portfolio: str | None, now: datetime,
) -> None:  # fmt: skip
    try:
        by = accounts.importer_of(lender, email)
        rows, principal = report.promised()
        tape = portfolios.import_tape_now(
            name, content, portfolio_name=portfolio or Path(name).stem,
            entity_id=accounts.entities_of(by.organisation_id)[0].id, by=by, now=now,
            mapping=report.mapping, defaults={"profile": profile} | report.defaults(),
            expected_rows=rows, expected_principal_minor=principal, layout=report.layout,
        )  # fmt: skip
    except NotFound as missing:
        raise click.ClickException(f"There is no lender {lender}.") from missing
    except Refusal as refusal:
        raise click.ClickException(in_english(refusal)) from refusal
    say(f"Imported as {tape.code}: {tape.counts['rows_valid']} rows.")


def _summary(found: dict[str, Any]) -> str:
    """Counts, then every defect on a line of its own."""
    lines = [f"{name:22} {value}" for name, value in found["expected"].items()]
    for one in (*found["file_level_defects"], *found["defects"]):
        place = f"{one['sheet'] or ''} {one.get('row', '')} {one.get('column') or ''}".strip()
        lines.append(f"{one['severity']:7} {one['kind']:24} {place}")
    return "\n".join(lines)


def _as_worker() -> Flask:
    """The same application with the worker's database login."""
    make: Callable[[], Flask] = current_app.config["AS_WORKER"]
    return make()
