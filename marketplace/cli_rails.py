"""The operator's commands for the Stripe rail."""

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from marketplace import rails, reactions
from marketplace.core.db import acting
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


def _require_stripe() -> None:
    if not rails.is_on():
        raise click.ClickException("STRIPE_API_KEY is not set: commissions go by bank.")


COMMANDS = (carry_rails, set_up_stripe)
