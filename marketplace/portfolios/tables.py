"""Finding the table on a sheet: its headings (one row or two), their units, and its rows."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from marketplace.portfolios.bodies import Body, Held, Rows, frame_of, numbered
from marketplace.portfolios.vocabulary import NAMES_A_CASE
from marketplace.portfolios.wording import Unit, field_of, stated_unit, unit_of

LOOKED_AT = 40
FEWEST_HEADINGS = 3
_AS_OF = re.compile(
    r"(?:基准日|數據日期|数据日期|as of):?\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})", re.I
)


@dataclass(frozen=True, eq=False)
class Table:
    """One sheet: its headings, and every row below them as text.

    `headers` are the headings made unique, `labels` as they stand in the file; `above` is the
    upper row of headings that take two.
    """

    sheet: str
    header_row: int
    headers: tuple[str, ...]
    units: tuple[Unit | None, ...]
    labels: tuple[str, ...]
    above: tuple[str, ...]
    body: Body = field(repr=False)

    @property
    def frame(self) -> pl.DataFrame:
        """All rows at once."""
        return pl.concat(list(self.body.pieces()))


def known(cells: Iterable[str]) -> set[str]:
    """The fields that the cells of a row name, were they headings."""
    return {name for cell in cells if cell.strip() and (name := field_of(cell))}


def as_of_day(rows: Rows) -> date | None:
    """The balance date that a title or cover line states."""
    for row in rows[:LOOKED_AT]:
        if found := _AS_OF.search(unicodedata.normalize("NFKC", " ".join(row))):
            try:
                return date(*map(int, found.groups()))
            except ValueError:
                return None
    return None


def unit_in(rows: Rows) -> Unit | None:
    """The unit that a line states for all its amounts, in one cell or in two."""
    lines = (line for row in rows for line in (*row, " ".join(row)))
    return next((unit for line in lines if (unit := stated_unit(line))), None)


@dataclass(frozen=True)
class Headings:
    """Where the headings are (`at` counts from 0) and what they say."""

    at: int
    headers: tuple[str, ...]
    labels: tuple[str, ...]
    above: tuple[str, ...]
    units: tuple[Unit | None, ...]


def find_headings(rows: Rows) -> Headings | None:
    """The headings among the first rows of a sheet, or None: it holds no table."""
    at = _header_index(rows[:LOOKED_AT])
    if at is None:
        return None
    groups = _groups_above(rows, at)
    labels = [cell.strip() or group.strip() for cell, group in _zip(rows[at], groups)]
    while labels and not labels[-1]:
        labels.pop()
    title_unit = unit_in(rows[: at - bool(groups)])
    spread = [*_spread(groups), *[""] * len(labels)]
    units = tuple(
        unit_of(label) or unit_of(group) or title_unit
        for label, group in zip(labels, spread, strict=False)
    )
    return Headings(at, tuple(_unique(labels)), tuple(labels), tuple(groups), units)


def table_of(sheet: str, rows: Rows, headings: Headings) -> Table:
    """The rows below the headings, held as text."""
    first = headings.at + 1
    frame = numbered(frame_of(rows[first:], len(headings.labels)), first)
    return named_table(sheet, headings, Held(frame))


def named_table(sheet: str, headings: Headings, body: Body) -> Table:
    return Table(
        sheet, headings.at + 1, headings.headers, headings.units, headings.labels,
        headings.above, body,
    )  # fmt: skip


def _header_index(rows: Rows) -> int | None:
    found = [known(row) for row in rows]
    scores = [len(fields) for fields in found]
    if not scores or max(scores) < FEWEST_HEADINGS:
        return None
    best = scores.index(max(scores))
    # Headings name who or which case it is; a summary by product names amounts only.
    if not NAMES_A_CASE & (found[best] | (found[best + 1] if best + 1 < len(found) else set())):
        return None
    return best + 1 if best + 1 < len(rows) and _completes(rows[best], rows[best + 1]) else best


def _completes(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether two rows are one heading: the lower one fills what the upper one leaves open.

    A first row of cases may hold words that are headings elsewhere, but it stands under
    headings, not under merged cells.
    """
    below = [(up, cell) for cell, up in _zip(lower, upper) if cell.strip()]
    under_known = sum(bool(field_of(up)) for up, _cell in below)
    return under_known == 0 and len(known(cell for _up, cell in below)) >= 2


def _groups_above(rows: Rows, at: int) -> list[str]:
    """The upper row of headings that take two, or nothing."""
    if at == 0:
        return []
    above = list(rows[at - 1])
    several = sum(bool(cell.strip()) for cell in above) >= 2
    fills = any(up.strip() and not cell.strip() for cell, up in _zip(rows[at], above))
    grouped = several and not any(
        field_of(up) and cell.strip() for cell, up in _zip(rows[at], above)
    )
    return above if grouped and (fills or _spans(rows[at], above)) else []


def _spans(cells: Sequence[str], groups: Sequence[str]) -> bool:
    """Whether every title above stands over at least one heading, and some over several."""
    filled = sum(bool(group.strip()) for group in groups)
    return filled * 2 <= sum(bool(cell.strip()) for cell in cells) and len(groups) > filled


def _zip(cells: Sequence[str], groups: Sequence[str]) -> list[tuple[str, str]]:
    width = max(len(cells), len(groups))
    padded = [*cells, *[""] * (width - len(cells))], [*groups, *[""] * (width - len(groups))]
    return list(zip(*padded, strict=True))


def _spread(groups: Sequence[str]) -> list[str]:
    """A merged cell holds for the empty ones to its right."""
    spread, last = [], ""
    for group in groups:
        last = group or last
        spread.append(last)
    return spread


def _unique(names: Iterable[str]) -> list[str]:
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(f"{name} #{seen[name]}" if name and seen[name] > 1 else name)
    return unique
