"""What a portfolio is, in the facts that a notice of sale states, and where it lies."""

from dataclasses import dataclass

from sqlalchemy import text

from marketplace.core.db import db


@dataclass(frozen=True)
class Facts:
    """The facts of a portfolio as it stands now."""

    cases: int
    debtors: int
    principal_minor: int
    interest_minor: int
    fees_minor: int
    balance_minor: int
    largest_minor: int
    weighted_dpd: int
    complete: dict[str, int]
    """Of each field that may be missing, in how many cases it is there."""

    shares: dict[str, list[tuple[str, int, int]]]
    """By security and by litigation: value, cases, balance, the largest first."""

    @property
    def mean_minor(self) -> int:
        return self.balance_minor // self.cases if self.cases else 0


@dataclass(frozen=True)
class Place:
    """One province of a portfolio."""

    code: str
    cases: int
    balance_minor: int


OPTIONAL = (
    "contract_no", "loan_minor", "opened_on", "overdue_on", "score", "last_payment_on",
    "limitation_on", "consented",
)  # fmt: skip

_COMPLETE = ", ".join(f"count(c.{name}) AS {name}" for name in OPTIONAL)
_FACTS = f"""
SELECT count(*) AS cases, count(DISTINCT c.debtor_id) AS debtors,
       coalesce(sum(c.principal_minor), 0)::bigint AS principal,
       coalesce(sum(c.interest_minor), 0)::bigint AS interest,
       coalesce(sum(c.fees_minor), 0)::bigint AS fees,
       coalesce(sum(c.balance_minor), 0)::bigint AS balance,
       coalesce(max(c.balance_minor), 0) AS largest,
       coalesce(sum(c.balance_minor::numeric * c.dpd) / nullif(sum(c.balance_minor), 0), 0)::int
         AS dpd, {_COMPLETE}
  FROM cases c WHERE c.portfolio_id = :portfolio"""  # noqa: S608
_SHARES = """
SELECT c.security, c.litigation, count(*), sum(c.balance_minor)::bigint AS balance
  FROM cases c WHERE c.portfolio_id = :portfolio
 GROUP BY GROUPING SETS ((c.security), (c.litigation)) ORDER BY balance DESC"""
_PLACES = """
SELECT c.region, count(*), sum(c.balance_minor)::bigint FROM cases c
 WHERE c.portfolio_id = :portfolio GROUP BY 1 ORDER BY 3 DESC, 1"""


def facts_of(portfolio_id: int) -> Facts:
    """Counts, sums and shares, in two passes over the cases."""
    given = {"portfolio": portfolio_id}
    row = db.session.execute(text(_FACTS), given).one()
    shares: dict[str, list[tuple[str, int, int]]] = {"security": [], "litigation": []}
    for security, litigation, cases, balance in db.session.execute(text(_SHARES), given):
        name = "security" if security is not None else "litigation"
        shares[name].append((security or litigation, cases, balance))
    return Facts(
        cases=row.cases,
        debtors=row.debtors,
        principal_minor=row.principal,
        interest_minor=row.interest,
        fees_minor=row.fees,
        balance_minor=row.balance,
        largest_minor=row.largest,
        weighted_dpd=row.dpd,
        complete={name: getattr(row, name) for name in OPTIONAL},
        shares=shares,
    )


def places_in(portfolio_id: int) -> list[Place]:
    """Where the debtors are, the largest balance first."""
    rows = db.session.execute(text(_PLACES), {"portfolio": portfolio_id})
    return [Place(*row) for row in rows]
