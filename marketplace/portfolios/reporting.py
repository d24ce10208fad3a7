"""What an import says of a tape, as one object: layout, counts, totals, and every defect."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from marketplace.portfolios.detecting import Layout, read_layout
from marketplace.portfolios.mapping import ColumnTarget, as_mapping, suggest_for, target_of
from marketplace.portfolios.markets import CURRENCY_OF, market_of
from marketplace.portfolios.profiles import SCHEMA_NAMES, Profile, confirmed, said_of
from marketplace.portfolios.tables import Table
from marketplace.portfolios.validating import Checked, Terms, validate
from marketplace.portfolios.vocabulary import MONEY
from marketplace.portfolios.wording import Unit

MISMATCH = "control_total_mismatch"
_EXPECTED = ("rows_total", "rows_valid", "rows_rejected", "rows_warned", "principal_minor")


@dataclass(frozen=True, eq=False)
class Report:
    """A tape as read, its mapping, and what the check found."""

    layout: Layout
    jurisdiction: str
    mapping: Mapping[str, ColumnTarget]
    terms: Terms
    checked: Checked

    def defaults(self) -> dict[str, Any]:
        """What the tape itself leaves open, as the import screen would ask for it."""
        return {
            "balance_as_of": self.terms.as_of,
            "currency": self.terms.currency,
            "market": self.terms.market,
        }

    def control_totals(self) -> list[dict[str, Any]]:
        """What the cover promises of each sheet against what the sheet holds."""
        by_sheet: dict[str, list[int]] = self.checked.counts["by_sheet"]
        totals = []
        for one in self.layout.declared:
            rows, principal = by_sheet.get(one.sheet or "") or (
                sum(n for n, _minor in by_sheet.values()),
                sum(minor for _n, minor in by_sheet.values()),
            )
            totals.append({
                "sheet": one.sheet, "cover_sheet": one.cover_sheet,
                "rows_cell": one.rows_cell, "principal_cell": one.principal_cell,
                "cover_unit_multiplier": one.multiplier,
                "rows_declared": one.rows, "rows_actual": rows,
                "principal_declared_minor": one.principal_minor,
                "principal_actual_minor": principal,
                "matches": one.rows in (None, rows)
                and one.principal_minor in (None, principal),
            })  # fmt: skip
        return totals

    def file_level_defects(self) -> list[dict[str, Any]]:
        """What must be decided before anything is imported."""
        return [
            {"kind": MISMATCH, "sheet": total["sheet"], "severity": "file"}
            for total in self.control_totals()
            if not total["matches"]
        ]

    def promised(self) -> tuple[int | None, int | None]:
        """Rows and principal that the cover promises of the whole file, where it does."""
        rows = [one.rows for one in self.layout.declared]
        minors = [one.principal_minor for one in self.layout.declared]
        return (
            sum(n for n in rows if n is not None) if rows and None not in rows else None,
            sum(n for n in minors if n is not None) if minors and None not in minors else None,
        )

    def as_json(self) -> dict[str, Any]:
        counts = self.checked.counts
        text = self.layout.kind == "csv"
        return {
            "encoding": self.layout.encoding if text else None,
            "delimiter": self.layout.delimiter if text else None,
            "jurisdiction": self.jurisdiction,
            "date_system": self.layout.date_system,
            "tables": [self._table(table) for table in self.layout.tables],
            "expected": {
                **{name: counts[name] for name in _EXPECTED},
                "placed_balance_minor": counts["balance_minor"],
                "distinct_debtors": counts["distinct_debtors"],
            },
            "file_level_defects": self.file_level_defects(),
            "control_totals": self.control_totals(),
            "defects": list(self._defects()),
        }

    def _table(self, table: Table) -> dict[str, Any]:
        skipped = [one for one in self.checked.skipped if one.sheet == table.sheet]
        return {
            "sheet": table.sheet or None,
            "header_row": table.header_row,
            "first_data_row": table.header_row + 1,
            "columns": list(self._columns(table)),
            "skipped_rows": [{"row": one.row, "why": one.why} for one in skipped],
        }

    def _columns(self, table: Table) -> Iterator[dict[str, Any]]:
        for at, (header, label) in enumerate(zip(table.headers, table.labels, strict=True)):
            target = target_of(self.mapping, table.sheet, header) if header else None
            field = target.field if target else ""
            unit = target.unit if target and field in MONEY else None
            yield {
                "index": at + 1,
                "header": label,
                "field": SCHEMA_NAMES.get(field, field) or None,
                "unit_multiplier": unit.multiplier if isinstance(unit, Unit) else None,
            }

    def _defects(self) -> Iterator[dict[str, Any]]:
        labels = {
            (table.sheet, header): label
            for table in self.layout.tables
            for header, label in zip(table.headers, table.labels, strict=True)
        }
        order = {table.sheet: at for at, table in enumerate(self.layout.tables)}
        issues = self.checked.issues.select("sheet", "row", "column", "kind", "rejects")
        placed = issues.with_columns(at=pl.col("sheet").replace_strict(order, default=0))
        for sheet, row, column, kind, rejects, _at in placed.sort(
            "at", "row", maintain_order=True
        ).iter_rows():
            yield {
                "sheet": sheet or None,
                "row": row,
                "column": labels.get((sheet, column), column) or None,
                "kind": kind,
                "severity": "reject" if rejects else "warn",
            }


def report_on(
    name: str, content: bytes, *, jurisdiction: str, profile: Profile, today: date
) -> Report:
    """Read and judge a tape without keeping anything of it."""
    market = market_of(jurisdiction)
    layout = read_layout(name, content)
    mapping = confirmed(profile, as_mapping(suggest_for(layout, market)), layout.tables)
    first = said_of(profile, layout.tables[0].sheet)
    terms = Terms(
        market=market,
        currency=str(first.defaults.get("currency") or CURRENCY_OF[market]),
        as_of=first.day("balance_as_of") or layout.as_of or today,
        profile=profile,
    )
    return Report(layout, jurisdiction, mapping, terms, validate(layout, mapping, terms))
