"""The data rows of a sheet, a piece at a time: one frame, a column per field."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from marketplace.portfolios.cleaning import INVISIBLE, amount, clean, coded
from marketplace.portfolios.mapping import ColumnMapping, target_of
from marketplace.portfolios.tables import Table
from marketplace.portfolios.vocabulary import AMOUNTS, MONEY, TOTALS
from marketplace.portfolios.wording import Unit

NO_DAY = pl.lit(None, dtype=pl.Date)
NO_TEXT = pl.lit(None, dtype=pl.String)
_KEYS = ("lender_case_no", "contract_no", "debtor_name", "id_no")


@dataclass(frozen=True)
class Skipped:
    """A row that is no case, and why."""

    sheet: str
    row: int
    why: str


@dataclass(eq=False)
class Sheet:
    """Data rows of one sheet, and what has been found wrong with them so far.

    Column `<field>#<n>` holds the raw text of the n-th column mapped to a field;
    `names` says what a person calls it.
    """

    name: str
    frame: pl.DataFrame
    names: dict[str, str]
    skipped: list[Skipped]
    flags: dict[str, str] = field(default_factory=dict)

    def keys(self, name: str) -> list[str]:
        found = (c for c in self.frame.columns if c.rpartition("#")[0] == name and ":" not in c)
        return sorted(found, key=lambda c: int(c.rpartition("#")[2]))

    def key(self, name: str) -> str | None:
        return next(iter(self.keys(name)), None)

    def features(self) -> list[str]:
        return [c for c in self.frame.columns if c.startswith("feature/")]

    def add(self, **columns: pl.Expr) -> None:
        self.frame = self.frame.with_columns(**columns)

    def flag(self, kind: str, key: str | None, when: pl.Expr) -> None:
        """Note `kind` at column `key` of the rows where `when` holds; no column, no note."""
        if key is None:
            return
        name = f"!{len(self.flags)}"
        alone = when if kind == "duplicate_row" else when & ~pl.col("duplicate")
        self.frame = self.frame.with_columns(alone.fill_null(value=False).alias(name))
        self.flags[name] = f"{kind}|{key}"


def cell(sheet: Sheet, name: str) -> pl.Expr:
    """The text of the first column mapped to a field; null where there is none."""
    key = sheet.key(name)
    return pl.col(key) if key else NO_TEXT


def assemble(table: Table, rows: pl.DataFrame, mapping: ColumnMapping) -> Sheet:
    """A piece of a table's rows, less those that are no cases."""
    places = _places(table, mapping)
    kept, skipped = _sift(table, rows, places)
    names = {key: table.headers[int(at)] for at, key in places.items()}
    return Sheet(table.sheet, _named(kept, table, places, mapping), names, skipped)


def _places(table: Table, mapping: ColumnMapping) -> dict[str, str]:
    """Position in the table -> `<field>#<n>`."""
    counts: dict[str, int] = {}
    places = {}
    for at, header in enumerate(table.headers):
        target = target_of(mapping, table.sheet, header)
        if header and target and target.field:
            name = target.field.replace(":", "/")
            counts[name] = counts.get(name, 0) + 1
            places[str(at)] = f"{name}#{counts[name]}"
    return places


def _named(
    frame: pl.DataFrame, table: Table, places: dict[str, str], mapping: ColumnMapping
) -> pl.DataFrame:
    scales = {}
    for at, key in places.items():
        if key.rpartition("#")[0] in MONEY:
            target = target_of(mapping, table.sheet, table.headers[int(at)])
            unit = target.unit if target else Unit.MAJOR
            scales[f"{key}:scale"] = pl.lit(unit.minor, dtype=pl.Int64)
    return frame.select(
        pl.lit(table.sheet).alias("sheet"), "row", "extra",
        *(pl.col(at).alias(key) for at, key in places.items()),
    ).with_columns(**scales).with_row_index("i")  # fmt: skip


def _sift(
    table: Table, rows: pl.DataFrame, places: dict[str, str]
) -> tuple[pl.DataFrame, list[Skipped]]:
    """Set aside blank, totals, note and repeated heading rows."""
    suspects = rows.filter(_suspect(table, places))
    if not suspects.height:
        return rows, []
    judged = suspects.select("row", why=_why(table, places))
    dropped = judged.filter(pl.col("why").is_not_null())
    return rows.join(dropped, on="row", how="anti", maintain_order="left"), [
        Skipped(table.sheet, row, reason) for row, reason in dropped.iter_rows()
    ]


def _suspect(table: Table, places: dict[str, str]) -> pl.Expr:
    """Rows that may be no case: cheap to tell, and never false for one that is none.

    A blank, note or totals row leaves a key of the case empty, or begins with a word for
    totals; a repeated heading repeats one of the keys'.
    """
    keys = [at for at, key in places.items() if key.rpartition("#")[0] in _KEYS]
    if len(keys) < 3:
        return pl.lit(value=True)
    before = [str(at) for at in range(min(map(int, keys)) + 1)]
    # What is empty or stands for it is short; a name of two letters is not empty.
    empty = [
        (pl.col(at).str.strip_chars().str.len_chars() <= 4)
        & ~pl.col(at).str.contains(r"^\p{Han}{2,4}$")
        for at in keys
    ]
    total = [pl.col(at).str.contains("合|总|總|小|汇|匯|[Tt][Oo][Tt]") for at in before]
    again = [
        pl.col(at).str.strip_chars() == table.labels[int(at)] for at in keys
    ] + [pl.col(at).str.strip_chars() == table.above[int(at)]
         for at in keys if int(at) < len(table.above)]  # fmt: skip
    return pl.any_horizontal(*empty, *total, *again)


def _why(table: Table, places: dict[str, str]) -> pl.Expr:
    ats = [str(i) for i in range(len(table.headers))]
    seen = [
        pl.col(at).str.normalize("NFKC").str.replace_all(rf"\s|{INVISIBLE}", "") for at in ats
    ]
    first = pl.coalesce(pl.when(cell != "").then(cell) for cell in seen).str.to_lowercase()
    filled = pl.sum_horizontal((cell != "").cast(pl.Int32) for cell in seen)
    paid = _any_filled(places, AMOUNTS)
    heading = _repeats(seen, table.labels)
    if any(table.above):
        heading = heading | _repeats(seen, [*table.above, *[""] * len(ats)][: len(ats)])
    # Words in a column of amounts are none: notes stand anywhere.
    note = (filled <= 2) & ~_any_amount(places)
    return (
        pl.when(filled == 0).then(pl.lit("blank"))
        .when(first.str.strip_chars(":").is_in(TOTALS)).then(pl.lit("totals"))
        .when(~note & ~_any_filled(places, _KEYS) & paid).then(pl.lit("totals"))
        .when(heading).then(pl.lit("repeated_header"))
        .when(note).then(pl.lit("note"))
    )  # fmt: skip


def _repeats(seen: Sequence[pl.Expr], labels: Sequence[str]) -> pl.Expr:
    """Whether at least half of what a row holds are the headings of its own columns."""
    flat = [re.sub(r"\s", "", unicodedata.normalize("NFKC", label)) for label in labels]
    hits = [
        (cell == label).cast(pl.Int32) for cell, label in zip(seen, flat, strict=True) if label
    ]
    filled = pl.sum_horizontal((cell != "").cast(pl.Int32) for cell in seen)
    same = pl.sum_horizontal(hits)
    return (same >= 2) & (same * 2 >= filled)


def _any_filled(places: dict[str, str], fields: Sequence[str]) -> pl.Expr:
    cells = [
        clean(pl.col(at)).is_not_null()
        for at, key in places.items()
        if key.rpartition("#")[0] in fields
    ]
    return pl.any_horizontal(cells) if cells else pl.lit(value=False)


def _any_amount(places: dict[str, str]) -> pl.Expr:
    """Whether a cell under a heading of an amount can be read as one, in either notation."""
    major = pl.lit(Unit.MAJOR.minor, dtype=pl.Int64)
    cells = [
        amount(coded(pl.col(at)), major, comma=comma).is_not_null()
        for at, key in places.items()
        if key.rpartition("#")[0] in AMOUNTS
        for comma in (False, True)
    ]
    return pl.any_horizontal(cells) if cells else pl.lit(value=False)
