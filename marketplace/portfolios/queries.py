"""Tapes, portfolios and cases, for screens. Names and numbers are masked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, text

from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.core.told import Told
from marketplace.portfolios.bands import AGE_BAND_SQL, REGION_GROUP_SQL, SCORE_BAND_SQL
from marketplace.portfolios.models import Case, Debtor, Portfolio, Tape, TapeIssue

COUNTED = 10_000
"""Beyond this many rows a list says "more than"."""


@dataclass(frozen=True)
class IssueLine:
    id: int
    sheet: str
    row: int
    column: str
    kind: str
    rejects: bool
    value_masked: str


@dataclass(frozen=True)
class IssuePage:
    lines: list[IssueLine]
    total: int
    by_kind: dict[str, int]
    by_column: dict[str, int]
    """Of the kind chosen: where it is found, and how often."""


@dataclass(frozen=True)
class TapeLine:
    code: str
    filename: str
    portfolio_name: str
    portfolio_code: str | None
    status: str
    rows_total: int | None
    rows_valid: int | None
    rows_rejected: int | None
    uploaded_at: datetime
    committed_at: datetime | None
    failure: Told | None


@dataclass(frozen=True)
class PortfolioLine:
    code: str
    name: str
    status: str
    currency: str
    cases: int
    balance_minor: int
    principal_minor: int
    balance_as_of: date
    created_at: datetime


@dataclass(frozen=True)
class CaseFilter:
    """Which cases to list; empty fields do not narrow."""

    portfolio_id: int | None = None
    product: str = ""
    region: str = ""
    text: str = ""


@dataclass(frozen=True)
class CaseLine:
    code: str
    lender_case_no: str
    name_masked: str | None
    portfolio_code: str
    product: str
    region: str
    dpd: int
    balance_minor: int
    currency: str
    balance_as_of: date
    hold_flags: list[str]
    agency_id: int | None
    file_sha256: str | None
    """The list the case was last taken from, and where it stands there."""

    sheet: str | None
    row: int | None


@dataclass(frozen=True)
class CaseList:
    """One page. `total` stops counting at COUNTED; `more` says that it did."""

    lines: list[CaseLine]
    total: int
    more: bool
    page: int
    pages: int


@dataclass(frozen=True)
class Stratum:
    """Cases of one group along one dimension: region, product, age or score."""

    dimension: str
    group: str
    cases: int
    balance_minor: int


SORTS: dict[str, ColumnElement[Any]] = {
    "balance": Case.balance_minor.expression,
    "dpd": Case.dpd.expression,
    "case_no": Case.lender_case_no.expression,
    "region": Case.region.expression,
    "product": Case.product.expression,
}


def owned_tape(code: str, *, lender_id: int) -> Tape:
    tape = db.session.scalar(select(Tape).where(Tape.code == code, Tape.lender_id == lender_id))
    if tape is None:
        raise NotFound
    return tape


def tape_lines(lender_id: int, *, limit: int = 100) -> list[TapeLine]:
    """A lender's tapes, newest first."""

    def count(name: str) -> ColumnElement[Any]:
        number: ColumnElement[Any] = Tape.counts[name].as_integer()
        return number

    rows = db.session.execute(
        select(
            Tape.code, Tape.filename, Tape.portfolio_name, Portfolio.code, Tape.status,
            count("rows_total"), count("rows_valid"), count("rows_rejected"),
            Tape.uploaded_at, Tape.committed_at, Tape.failure,
        )
        .outerjoin(Portfolio, Portfolio.id == Tape.portfolio_id)
        .where(Tape.lender_id == lender_id)
        .order_by(Tape.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [TapeLine(*row) for row in rows]


def tape_issues(
    tape: Tape,
    page: int = 1,
    size: int = 50,
    kind: str | None = None,
    column: str | None = None,
) -> IssuePage:
    """What is wrong with a tape, in the order of the file."""
    mine = (TapeIssue.tape_id == tape.id) & (TapeIssue.lender_id == tape.lender_id)
    counted = db.session.execute(
        select(TapeIssue.kind, func.count()).where(mine).group_by(TapeIssue.kind)
    )
    by_kind = {name: int(count) for name, count in counted}
    columns: dict[str, int] = {}
    query = select(
        TapeIssue.id, TapeIssue.sheet, TapeIssue.row, TapeIssue.column, TapeIssue.kind,
        TapeIssue.rejects, TapeIssue.value_masked,
    ).where(mine)  # fmt: skip
    if kind:
        query = query.where(TapeIssue.kind == kind)
        counted = db.session.execute(
            select(TapeIssue.column, func.count())
            .where(mine, TapeIssue.kind == kind)
            .group_by(TapeIssue.column)
        )
        columns = {name: int(count) for name, count in counted}
    if column is not None:
        query = query.where(TapeIssue.column == column)
    # The issues were stored in the order of the file.
    rows = db.session.execute(
        query.order_by(TapeIssue.id).limit(size).offset((max(page, 1) - 1) * size)
    )
    total = by_kind.get(kind, 0) if kind else sum(by_kind.values())
    if column is not None:
        total = columns.get(column, 0)
    return IssuePage([IssueLine(*row) for row in rows], total, by_kind, columns)


def owned_portfolio(code: str, *, lender_id: int) -> Portfolio:
    portfolio = db.session.scalar(
        select(Portfolio).where(Portfolio.code == code, Portfolio.lender_id == lender_id)
    )
    if portfolio is None:
        raise NotFound
    return portfolio


def listed_portfolio(portfolio_id: int) -> Portfolio:
    """A portfolio that the reader may see by its id: the database decides."""
    portfolio = db.session.scalar(select(Portfolio).where(Portfolio.id == portfolio_id))
    if portfolio is None:
        raise NotFound
    return portfolio


def portfolio_of_tape(tape: Tape) -> Portfolio:
    """The portfolio a committed tape went into."""
    portfolio = db.session.scalar(
        select(Portfolio).where(
            Portfolio.id == tape.portfolio_id, Portfolio.lender_id == tape.lender_id
        )
    )
    if portfolio is None:
        raise NotFound
    return portfolio


def portfolio_lines(
    lender_id: int, *, status: str | None = None, limit: int = 100
) -> list[PortfolioLine]:
    """A lender's portfolios, newest first."""
    query = select(
        Portfolio.code, Portfolio.name, Portfolio.status, Portfolio.currency, Portfolio.cases,
        Portfolio.balance_minor, Portfolio.principal_minor, Portfolio.balance_as_of,
        Portfolio.created_at,
    ).where(Portfolio.lender_id == lender_id)  # fmt: skip
    if status:
        query = query.where(Portfolio.status == status)
    rows = db.session.execute(query.order_by(Portfolio.id.desc()).limit(limit))
    return [PortfolioLine(*row) for row in rows]


def case_lines(
    lender_id: int,
    filters: CaseFilter = CaseFilter(),
    sort: str = "-balance",
    page: int = 1,
    *,
    size: int = 50,
) -> CaseList:
    """One page of a lender's cases; `sort` is a key of SORTS, with a minus for descending."""
    column = SORTS.get(sort.lstrip("-"), SORTS["balance"])
    descending = sort.startswith("-")
    order = (column.desc(), Case.id.desc()) if descending else (column.asc(), Case.id.asc())
    page = max(page, 1)
    some = _narrowed(select(Case.id), lender_id, filters)
    counted = select(func.count()).select_from(some.limit(COUNTED + 1).subquery())
    total = int(db.session.scalar(counted) or 0)
    # Only the rows of the page are joined to names.
    ids = some.order_by(*order).limit(size).offset((page - 1) * size).subquery()
    rows = db.session.execute(
        select(
            Case.code, Case.lender_case_no, Debtor.name_masked, Portfolio.code, Case.product,
            Case.region, Case.dpd, Case.balance_minor, Case.currency, Case.balance_as_of,
            Case.hold_flags, Case.agency_id, Tape.sha256, Case.tape_sheet, Case.tape_row,
        )
        .join(ids, ids.c.id == Case.id)
        .join(Debtor, Debtor.id == Case.debtor_id)
        .join(Portfolio, Portfolio.id == Case.portfolio_id)
        .outerjoin(Tape, Tape.id == Case.tape_id)
        .order_by(*order)
    )  # fmt: skip
    return CaseList(
        lines=[CaseLine(*tuple(row)) for row in rows],
        total=min(total, COUNTED),
        more=total > COUNTED,
        page=page,
        pages=max(-(-min(total, COUNTED) // size), 1),
    )


def currencies_of(numbers: set[str], *, lender_id: int) -> dict[str, str]:
    """In which currency each case is kept, by the lender's number of it."""
    rows = db.session.execute(
        select(Case.lender_case_no, Case.currency).where(
            Case.lender_id == lender_id, Case.lender_case_no.in_(numbers)
        )
    )
    return {row.lender_case_no: row.currency for row in rows}


def _narrowed(
    query: Select[tuple[int]], lender_id: int, filters: CaseFilter
) -> Select[tuple[int]]:
    query = query.where(Case.lender_id == lender_id)
    if filters.portfolio_id is not None:
        query = query.where(Case.portfolio_id == filters.portfolio_id)
    if filters.product:
        query = query.where(Case.product == filters.product)
    if filters.region:
        query = query.where(Case.region == filters.region)
    if words := filters.text.strip():
        query = query.where(
            or_(
                func.starts_with(Case.lender_case_no, words),
                Case.code == words.upper(),
            )
        )
    return query


def strata(portfolio_id: int) -> list[Stratum]:
    """How a portfolio is made up: cases and balance by region, product, age and score."""
    names = ("region", "product", "age", "score")
    grouped = (REGION_GROUP_SQL, "c.product", AGE_BAND_SQL, SCORE_BAND_SQL)
    columns = ", ".join(f"{sql} AS {name}" for name, sql in zip(names, grouped, strict=True))
    rows = db.session.execute(
        text(
            f"SELECT region, product, age, score, count(*), sum(balance_minor)::bigint"  # noqa: S608
            f" FROM (SELECT {columns}, c.balance_minor FROM cases c"
            " WHERE c.portfolio_id = :portfolio) s"
            " GROUP BY GROUPING SETS ((region), (product), (age), (score))"
        ),
        {"portfolio": portfolio_id},
    )
    found = []
    for *groups, cases, balance in rows:
        at = next(i for i, group in enumerate(groups) if group is not None)
        found.append(Stratum(names[at], groups[at], cases, balance))
    return sorted(found, key=lambda s: (names.index(s.dimension), -s.balance_minor, s.group))
