"""How good the data of a portfolio is: what is filled in, what cannot be, what stands twice."""

from dataclasses import dataclass

from sqlalchemy import text

from marketplace.core.db import db

FIELDS = {
    "name": "d.name_masked IS NOT NULL", "id_no": "d.id_masked IS NOT NULL",
    "phone": "d.phone_masked IS NOT NULL", "region": "c.region <> ''",
    "contract_no": "c.contract_no IS NOT NULL", "loan_minor": "c.loan_minor IS NOT NULL",
    "opened_on": "c.opened_on IS NOT NULL", "overdue_on": "c.overdue_on IS NOT NULL",
    "score": "c.score IS NOT NULL", "last_payment_on": "c.last_payment_on IS NOT NULL",
    "limitation_on": "c.limitation_on IS NOT NULL", "consented": "c.consented IS NOT NULL",
}  # fmt: skip
"""What may be missing, and when it is there. Who was forgotten has no name any more."""

_IMPOSSIBLE = {
    "not_footing": "abs(c.principal_minor + c.interest_minor + c.fees_minor - c.balance_minor)"
    " > 1",
    "dpd_mismatch": "abs((c.balance_as_of - c.overdue_on) - c.dpd) > 3",
    "open_after_default": "c.opened_on > c.overdue_on",
    "paid_after_balance": "c.last_payment_on > c.balance_as_of",
    "principal_over_loan": "c.principal_minor > c.loan_minor",
}  # fmt: skip
# Over the lender's whole book: the other case may stand in another portfolio.
_TWICE = {
    "same_contract": """c.contract_no IN (SELECT o.contract_no FROM cases o
  WHERE o.lender_id = :lender AND o.contract_no IS NOT NULL
  GROUP BY o.contract_no HAVING count(*) > 1)""",
    "same_loan": """(c.debtor_id, c.product, c.loan_minor, c.opened_on) IN (
  SELECT o.debtor_id, o.product, o.loan_minor, o.opened_on FROM cases o
   WHERE o.lender_id = :lender AND o.loan_minor IS NOT NULL AND o.opened_on IS NOT NULL
   GROUP BY 1, 2, 3, 4 HAVING count(*) > 1)""",
}  # fmt: skip
PROBLEMS = (*_IMPOSSIBLE, *_TWICE)
"""Values that cannot be, then cases that stand twice in the lender's book."""

_KINDS = _IMPOSSIBLE | _TWICE
_MINE = "c.portfolio_id = :portfolio AND c.lender_id = :lender"
_THERE = ", ".join(f"count(*) FILTER (WHERE {sql}) AS {name}" for name, sql in FIELDS.items())
_FILLED = f"""
SELECT c.product, count(*) AS cases, {_THERE}
  FROM cases c JOIN debtors d ON d.id = c.debtor_id WHERE {_MINE}
 GROUP BY 1 ORDER BY 2 DESC, 1"""  # noqa: S608
_COUNTED = f"""
SELECT {", ".join(f"count(*) FILTER (WHERE {bad}) AS {name}" for name, bad in _KINDS.items())}
  FROM cases c WHERE {_MINE}"""  # noqa: S608
_SEVERAL = f"""
SELECT count(*), coalesce(sum(n), 0)::bigint FROM (
  SELECT count(*) AS n FROM cases c WHERE {_MINE} GROUP BY c.debtor_id HAVING count(*) > 1) t
"""  # noqa: S608
_LINES = " UNION ALL ".join(
    f"SELECT c.lender_case_no, c.code, '{name}' AS kind, c.tape_sheet, c.tape_row,"  # noqa: S608
    f" {place} AS at FROM cases c WHERE {_MINE} AND {bad}"
    for place, (name, bad) in enumerate(_KINDS.items())
)


@dataclass(frozen=True)
class Segment:
    """The cases of one product, and in how many each field is filled in."""

    product: str
    cases: int
    filled: dict[str, int]


@dataclass(frozen=True)
class Quality:
    """What can be told of a portfolio's data without a model."""

    segments: tuple[Segment, ...]
    problems: dict[str, int]
    """Cases by kind of problem; a case may have several."""

    debtors_with_several: int
    their_cases: int

    @property
    def cases(self) -> int:
        return sum(segment.cases for segment in self.segments)

    @property
    def filled(self) -> dict[str, int]:
        """In how many cases each field is filled in."""
        return {name: sum(one.filled[name] for one in self.segments) for name in FIELDS}


@dataclass(frozen=True)
class ProblemLine:
    """One case with a problem, and where its list has it."""

    case_no: str
    code: str
    kind: str
    sheet: str | None
    row: int | None


def quality_of(portfolio_id: int, *, lender_id: int) -> Quality:
    given = {"portfolio": portfolio_id, "lender": lender_id}
    segments = tuple(
        Segment(row.product, row.cases, {name: getattr(row, name) for name in FIELDS})
        for row in db.session.execute(text(_FILLED), given)
    )
    counted = db.session.execute(text(_COUNTED), given).one()
    debtors, cases = db.session.execute(text(_SEVERAL), given).one()
    problems = {name: getattr(counted, name) for name in PROBLEMS}
    return Quality(segments, problems, debtors, cases)


def problem_lines(portfolio_id: int, *, lender_id: int) -> list[ProblemLine]:
    """Every case with a problem, kind by kind, as the lender numbers them."""
    rows = db.session.execute(
        text(f"{_LINES} ORDER BY at, lender_case_no"),
        {"portfolio": portfolio_id, "lender": lender_id},
    )
    return [ProblemLine(*row[:5]) for row in rows]
