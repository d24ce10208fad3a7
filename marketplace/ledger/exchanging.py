"""Exchanging one currency for another: each currency balances by itself over FX clearing."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import ceil, floor

from marketplace.accounts import User
from marketplace.core.errors import Refusal
from marketplace.core.money import MINOR_DIGITS, divide_half_away
from marketplace.core.words import _
from marketplace.ledger.models import AccountKind, Journal
from marketplace.ledger.posting import Entry, post, require_two_people

_RATE = re.compile(r"\d{1,12}(\.\d{1,12})?|\d{1,15}/\d{1,15}")


@dataclass(frozen=True)
class Rate:
    """Units of the bought currency for one unit of the sold one, as somebody quoted it.

    `quoted` is a decimal or a ratio of whole numbers, such as `7.1234` or `71234/10000`.
    """

    quoted: str
    source: str
    quoted_on: date

    @property
    def exact(self) -> Fraction:
        if not _RATE.fullmatch(self.quoted) or not self.quoted.strip("0./"):
            raise Refusal(
                _("“%(rate)s” is not a rate.", rate=self.quoted),
                next_step=_("Write a decimal such as 7.1234 or a ratio such as 71234/10000."),
            )
        try:
            rate = Fraction(self.quoted)
        except ZeroDivisionError:
            rate = Fraction(0)
        if rate <= 0:
            raise Refusal(_("A rate is greater than zero."))
        return rate


def exchange(
    key: str,
    sold: Entry,
    bought: Entry,
    rate: Rate,
    *,
    effective_on: date,
    made_by_id: int,
    approved_by: User,
    now: datetime,
) -> Journal:
    """Post that `sold` (a credit) was given for `bought` (a debit) at `rate`.

    FX clearing takes what the rate gives in whole minor units, rounded down. What was received
    beyond it, at most one minor unit, is a gain on the account of FX differences: no rounding
    makes money anywhere else.
    """
    require_two_people(made_by_id, approved_by)
    require_legs(sold, bought, rate)
    given = -sold.amount_minor
    whole = floor(converted(given, sold.currency, bought.currency, rate))
    beyond = bought.amount_minor - whole
    return post(
        key,
        [
            sold,
            Entry(AccountKind.FX_CLEARING, None, given, sold.currency),
            bought,
            Entry(AccountKind.FX_CLEARING, None, -whole, bought.currency),
            Entry(AccountKind.FX_DIFFERENCE, None, -beyond, bought.currency),
        ],
        effective_on=effective_on,
        words=f"Exchange of {sold.currency} for {bought.currency} at {rate.quoted}",
        made_by_id=made_by_id,
        approved_by=approved_by,
        now=now,
        facts={
            "rate": rate.quoted,
            "rate_source": rate.source.strip(),
            "rate_on": rate.quoted_on.isoformat(),
        },
    )


def converted(minor: int, sold: str, bought: str, rate: Rate) -> Fraction:
    """What `minor` units of `sold` are worth in minor units of `bought`, exactly."""
    return minor * rate.exact * Fraction(10) ** (MINOR_DIGITS[bought] - MINOR_DIGITS[sold])


def bought_minor(minor: int, sold: str, bought: str, rate: Rate) -> int:
    """The same, rounded half away from zero as all money here."""
    exact = converted(minor, sold, bought, rate)
    return divide_half_away(exact.numerator, exact.denominator)


def require_legs(sold: Entry, bought: Entry, rate: Rate) -> None:
    """Two currencies, one out and one in, at a rate with a source that gives the amounts."""
    if sold.currency == bought.currency:
        raise Refusal(
            _("An exchange is between two currencies."),
            next_step=_("Post a move within one currency as an ordinary journal."),
        )
    unknown = {sold.currency, bought.currency} - set(MINOR_DIGITS)
    if unknown:
        raise Refusal(_("The currency %(c)s is not accepted here.", c=min(unknown)))
    if sold.amount_minor >= 0 or bought.amount_minor <= 0:
        raise Refusal(
            _("What is sold goes out and what is bought comes in."),
            next_step=_("Enter the amount sold as a credit and the amount bought as a debit."),
        )
    if not rate.source.strip():
        raise Refusal(
            _("A rate needs its source."), next_step=_("Name who quoted it, such as a bank.")
        )
    exact = converted(-sold.amount_minor, sold.currency, bought.currency, rate)
    if bought.amount_minor not in {floor(exact), ceil(exact)}:
        raise Refusal(
            _("The amount received is not what the rate gives."),
            next_step=_("Post a fee by itself, or correct the rate."),
        )
