"""The operator's commands for money: the Stripe rail, and the books for other programs."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from marketplace import ledger, rails, reactions
from marketplace.core.db import acting, db
from marketplace.reactions import SYSTEM


@click.command("carry-rails")
@click.option("--at", type=click.DateTime(), default=None, help="As if it were then (UTC).")
@with_appcontext
def carry_rails(at: datetime | None) -> None:
    """Send what is due on the Stripe rail, and mirror its balance, without a worker."""

    def clock() -> datetime:
        return at.replace(tzinfo=UTC) if at else datetime.now(UTC)

    _require_stripe()
    sent = 0
    with current_app.config["AS_WORKER"]().app_context(), acting(SYSTEM):
        while reactions.run(rails.SEND, clock):
            sent += 1
        reactions.run(rails.MIRROR, clock)
    click.echo(f"{sent} attempts.", err=True)


@click.command("set-up-stripe")
@with_appcontext
def set_up_stripe() -> None:
    """Hold the platform's payouts at Stripe, so that commissions wait there for agencies."""
    _require_stripe()
    gateway = rails.open_gateway()
    gateway.hold_payouts()
    for currency, minor in gateway.balances().items():
        click.echo(f"{currency} {minor} in minor units at Stripe.", err=True)
    click.echo("Payouts are made by hand only.", err=True)


@click.command("books")
@click.option("--beancount", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--csv", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def books(beancount: Path | None, csv: Path | None) -> None:
    """Write all journals for another program: `bean-check FILE` then proves them again."""
    if beancount is None and csv is None:
        raise click.UsageError("Name a file: --beancount FILE, --csv FILE, or both.")
    with current_app.config["AS_WORKER"]().app_context(), acting(SYSTEM):
        try:
            if beancount is not None:
                with beancount.open("w", encoding="utf-8") as file:
                    file.writelines(f"{line}\n" for line in ledger.beancount())
            if csv is not None:
                csv.write_bytes(ledger.books_csv())
            click.echo(f"{ledger.count_journals()} journals written.", err=True)
        finally:
            db.session.remove()
            db.engine.dispose()


def _require_stripe() -> None:
    if not rails.is_on():
        raise click.ClickException("STRIPE_API_KEY is not set: commissions go by bank.")


COMMANDS = (books, carry_rails, set_up_stripe)
