"""Reading a file of balances: judged as a tape is, but for whom it names and for debts paid.

Nobody is imported from such a file: columns that say who a debtor is are not kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from marketplace.portfolios.detecting import Layout
from marketplace.portfolios.mapping import (
    ColumnMapping,
    ColumnTarget,
    as_mapping,
    check_mapping,
    headers_sha256,
    mapping_as_json,
    mapping_from_json,
    saved_mapping,
    suggest_for,
)
from marketplace.portfolios.validating import Judged, Terms, judged, summed

BALANCE = (
    "case_no", "sheet", "row", "currency", "principal_minor", "interest_minor", "fees_minor",
    "balance_minor", "balance_as_of", "dpd", "last_payment_on", "hold_flags",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Balances:
    """`rows` can be taken, a debt paid at balance zero; `named` are all case numbers of the
    file, sound rows or not; `issues` has sheet, row, column, kind, rejects, value."""

    rows: pl.DataFrame
    named: pl.Series
    issues: pl.DataFrame
    counts: dict[str, Any]
    differences: dict[str, tuple[int, int]]
    """Control totals that do not agree: what the file promises, and what it holds."""

    @property
    def as_of(self) -> date | None:
        newest = self.rows["balance_as_of"].max()
        return newest if isinstance(newest, date) else None


def headings_of(summary: Mapping[str, Any]) -> str:
    """What a layout's headings are known by."""
    return headers_sha256([name for table in summary["tables"] for name in table["headers"]])


def columns_of(layout: Layout, *, lender_id: int, market: str) -> dict[str, Any]:
    """What is kept of a layout, with a meaning suggested or remembered for each column."""
    suggestions = suggest_for(layout, market)
    headers = [header for table in layout.tables for header in table.headers]
    chosen = saved_mapping(lender_id, headers) or as_mapping(suggestions)
    return layout.summary() | {
        "suggestion": [one.as_json() for one in suggestions],
        "mapping": mapping_as_json(chosen),
    }


def suggested_columns(summary: Mapping[str, Any]) -> dict[str, ColumnTarget]:
    """What `columns_of` suggests, as a person would confirm it."""
    return mapping_from_json(summary["mapping"])


def require_balance_columns(
    mapping: ColumnMapping, summary: Mapping[str, Any], *, market: str
) -> dict[str, Any]:
    """The mapping as it is kept; refused if the file would tell no balance."""
    check_mapping(mapping, summary, market=market, anonymous=True)
    return mapping_as_json(mapping)


def read_balances(
    layout: Layout, mapping: Mapping[str, Any], *, market: str, currency: str, as_of: date
) -> Balances:
    """Judge every row. `as_of` and `currency` stand for columns that the file does not have."""
    terms = Terms(market, currency, as_of, anonymous=True)
    rows, named, issues = [], [], []

    def looked_at() -> Iterator[Judged]:
        for piece in judged(layout, mapping_from_json(mapping), terms):
            paid = _paid(piece.frame, piece.issues)
            rows.extend([piece.cases.select(BALANCE), paid.select(BALANCE)])
            named.append(piece.frame["case_no"])
            issues.append(_less(piece.issues, paid))
            yield piece

    counts = summed(looked_at()).counts
    every = pl.concat(rows)
    return Balances(
        every, pl.concat(named).drop_nulls().unique(), pl.concat(issues),
        counts | {"rows_paid": every.filter(pl.col("balance_minor") == 0).height},
        _differences(layout, counts),
    )  # fmt: skip


def _less(issues: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    """Without those of a balance of zero: it says that the debt is paid."""
    here = pl.struct("sheet", "row").is_in(
        paid.select(pl.struct("sheet", "row")).to_series().implode()
    )
    return issues.filter(~((pl.col("kind") == "zero_amount") & here))


def _paid(frame: pl.DataFrame, issues: pl.DataFrame) -> pl.DataFrame:
    """Rows that are sound but for a balance of zero, with nothing in their parts either."""
    wrong = issues.filter(pl.col("rejects")).group_by("sheet", "row").agg(
        zero=(pl.col("kind") == "zero_amount").all()
    )  # fmt: skip
    zero = frame.join(wrong.filter(pl.col("zero")), on=["sheet", "row"], how="semi")
    parts = [pl.col(name) for name in ("principal_minor", "interest_minor", "fees_minor")]
    return zero.filter(
        pl.col("balance_minor") == 0, pl.sum_horizontal(parts) == 0, pl.col("dpd").is_not_null()
    )


def _differences(layout: Layout, counts: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    found = {}
    for name, promise, held in (
        ("rows", "rows", counts["rows_total"]),
        ("principal", "principal_minor", counts["control_principal_minor"]),
    ):
        said = [getattr(one, promise) for one in layout.declared]
        if said and all(one is not None for one in said) and sum(said) != held:
            found[name] = (sum(said), held)
    return found
