"""Putting the sheets of a tape together: one frame of data rows, a column per field."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from marketplace.portfolios.cleaning import INVISIBLE
from marketplace.portfolios.detecting import Layout, Table
from marketplace.portfolios.mapping import ColumnMapping
from marketplace.portfolios.vocabulary import AMOUNTS

_TOTALS = ("合计", "总计", "小计", "汇总", "total", "totals", "subtotal", "grandtotal")
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
    """All data rows of a tape, and what has been found wrong with them so far.

    Column `<field>#<n>` holds the raw text of the n-th column mapped to a field;
    `names` says what a person calls it.
    """

    frame: pl.DataFrame
    names: dict[tuple[str, str], str]
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


def assemble(layout: Layout, mapping: ColumnMapping) -> Sheet:
    frames = []
    names: dict[tuple[str, str], str] = {}
    skipped: list[Skipped] = []
    for table in layout.tables:
        places = _places(table, mapping)
        kept, dropped = _sift(table, places)
        skipped += dropped
        names |= {(table.sheet, key): table.headers[int(at)] for at, key in places.items()}
        frames.append(_named(kept, table, places, mapping))
    whole = pl.concat(frames, how="diagonal").with_row_index("i")
    return Sheet(whole, names, skipped)


def _places(table: Table, mapping: ColumnMapping) -> dict[str, str]:
    """Position in the table -> `<field>#<n>`."""
    counts: dict[str, int] = {}
    places = {}
    for at, header in enumerate(table.headers):
        target = mapping.get(header)
        if header and target and target.field:
            name = target.field.replace(":", "/")
            counts[name] = counts.get(name, 0) + 1
            places[str(at)] = f"{name}#{counts[name]}"
    return places


def _named(
    frame: pl.DataFrame, table: Table, places: dict[str, str], mapping: ColumnMapping
) -> pl.DataFrame:
    scales = {
        f"{key}:scale": pl.lit(mapping[table.headers[int(at)]].unit.minor, dtype=pl.Int64)
        for at, key in places.items()
        if key.rpartition("#")[0] in AMOUNTS
    }
    return frame.select(
        pl.lit(table.sheet).alias("sheet"), "row", "extra",
        *(pl.col(at).alias(key) for at, key in places.items()),
    ).with_columns(**scales)  # fmt: skip


def _sift(table: Table, places: dict[str, str]) -> tuple[pl.DataFrame, list[Skipped]]:
    """Set aside blank, totals, note and repeated heading rows."""
    ats = [str(i) for i in range(len(table.headers))]
    seen = [
        pl.col(at).str.normalize("NFKC").str.replace_all(rf"\s|{INVISIBLE}", "") for at in ats
    ]
    first = pl.coalesce(pl.when(cell != "").then(cell) for cell in seen).str.to_lowercase()
    filled = pl.sum_horizontal((cell != "").cast(pl.Int32) for cell in seen)
    amount = _any_filled(places, AMOUNTS)
    heading = pl.sum_horizontal(
        (pl.col(at).str.strip_chars() == header).cast(pl.Int32)
        for at, header in zip(ats, table.headers, strict=True)
        if header
    )
    total = first.str.strip_chars(":").is_in(_TOTALS) | (~_any_filled(places, _KEYS) & amount)
    why = (
        pl.when(filled == 0).then(pl.lit("blank"))
        .when(total).then(pl.lit("totals"))
        .when(heading * 2 >= len(ats)).then(pl.lit("heading"))
        .when((filled <= 2) & ~amount).then(pl.lit("note"))
    )  # fmt: skip
    judged = table.frame.with_columns(why=why)
    dropped = judged.filter(pl.col("why").is_not_null()).select("row", "why")
    return judged.filter(pl.col("why").is_null()), [
        Skipped(table.sheet, row, reason) for row, reason in dropped.iter_rows()
    ]


def _any_filled(places: dict[str, str], fields: Sequence[str]) -> pl.Expr:
    cells = [
        pl.col(at).str.strip_chars() != ""
        for at, key in places.items()
        if key.rpartition("#")[0] in fields
    ]
    return pl.any_horizontal(cells) if cells else pl.lit(value=False)
