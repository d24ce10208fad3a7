"""Reading a lender's file: what kind it is, where its headings are, and every row as text."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
from python_calamine import CalamineError, load_workbook

from marketplace.core.errors import Refusal
from marketplace.core.installation import installed
from marketplace.core.words import _
from marketplace.portfolios.vocabulary import Unit, field_of, unit_of

DELIMITERS = ",;\t|"
LOOKED_AT = 40
FEWEST_HEADINGS = 3
LONGEST_CELL = 20_000
MOST_INFLATION = 60
_AS_OF = re.compile(r"基准日:?\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
_WIDEST_EXACT = 10**15

Rows = list[list[str]]


@dataclass(frozen=True, eq=False)
class Table:
    """One sheet: its headings, and every row below them as text.

    `frame` has a column per heading, named by its position ("0", "1", ...), `row` (as a person
    counts) and `extra` (the row is longer than the headings).
    """

    sheet: str
    header_row: int
    headers: tuple[str, ...]
    units: tuple[Unit | None, ...]
    frame: pl.DataFrame = field(repr=False)


@dataclass(frozen=True, eq=False)
class Layout:
    """How a file is to be read."""

    kind: str
    encoding: str
    delimiter: str
    date_system: int
    as_of: date | None
    tables: tuple[Table, ...]
    ignored_sheets: tuple[str, ...] = ()

    def summary(self) -> dict[str, Any]:
        """What is kept of it: no cell of any row."""
        return {
            "kind": self.kind,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "date_system": self.date_system,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "ignored_sheets": list(self.ignored_sheets),
            "tables": [
                {
                    "sheet": table.sheet,
                    "header_row": table.header_row,
                    "headers": list(table.headers),
                    "rows": table.frame.height,
                }
                for table in self.tables
            ],
        }


def read_layout(name: str, content: bytes) -> Layout:
    """Read a CSV file or a workbook, or refuse it in plain words."""
    _check_kind(name, content)
    if content.startswith(b"PK\x03\x04"):
        return _read_workbook(content)
    return _read_text(content)


def _check_kind(name: str, content: bytes) -> None:
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refusal(
            _("The file %(name)s is empty.", name=name),
            next_step=_("Export the list again and check that it has rows."),
        )
    limit = installed().upload_limit_mb
    if len(content) > limit << 20:
        raise Refusal(
            _("The file is larger than the limit of %(limit)s MB.", limit=limit),
            next_step=_("Split the list into several files and import one after the other."),
        )
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refusal(
            _("This workbook is in the old .xls format or protected by a password."),
            next_step=_("Save it as .xlsx without a password and upload that."),
        )
    if content.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!")
    ):
        raise _wrong_kind(name)


def _wrong_kind(name: str) -> Refusal:
    return Refusal(
        _("The file %(name)s is neither a CSV file nor an Excel workbook.", name=name),
        next_step=_("Upload the list as .csv or .xlsx."),
    )


def _no_headings() -> Refusal:
    return Refusal(
        _("No row of this file looks like column headings."),
        next_step=_("Put one row of headings, such as 案件编号 or Case ID, above the cases."),
    )


# Text files


def _read_text(content: bytes) -> Layout:
    text, encoding = _decode(content)
    sample = text[:200_000]
    delimiter = max(DELIMITERS, key=lambda mark: _heading_score(sample, mark))
    rows = _records(text, delimiter)
    table = _table("", rows)
    if table is None:
        raise _no_headings()
    return Layout("csv", encoding, delimiter, 1900, _as_of(rows), (table,))


def _decode(content: bytes) -> tuple[str, str]:
    for encoding in _likely_encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _BINARY.search(text[:4096]):
            return text.removeprefix("\ufeff"), encoding
    raise _wrong_kind("")


def _likely_encodings(content: bytes) -> list[str]:
    if content.startswith(b"\xef\xbb\xbf"):
        return ["utf-8-sig"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    if b"\x00" in content[:4096]:
        little = content[1:4096:2].count(0) >= content[0:4096:2].count(0)
        return ["utf-16-le" if little else "utf-16-be"]
    # In GB 18030 high bytes come side by side; in a western encoding they stand alone.
    high = len(re.findall(rb"[\x80-\xff]", content))
    paired = sum(map(len, re.findall(rb"[\x80-\xff]{2,}", content)))
    legacy = ["gb18030", "cp1252"] if 2 * paired >= high else ["cp1252", "gb18030"]
    return ["utf-8", *legacy]


def _heading_score(sample: str, delimiter: str) -> tuple[int, int]:
    best = (0, 0)
    for index, row in enumerate(csv.reader(io.StringIO(sample), delimiter=delimiter)):
        best = max(best, (_known(row), len(row)))
        if index >= LOOKED_AT:
            break
    return best


def _records(text: str, delimiter: str) -> Rows:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise _open_quote() from error
    if any(len(cell) > LONGEST_CELL for row in rows for cell in row):
        raise _open_quote()
    return rows


def _open_quote() -> Refusal:
    return Refusal(
        _("The file cannot be read: somewhere a quotation mark is opened and never closed."),
        next_step=_("Export the list again, or save it as .xlsx."),
    )


# Workbooks


def _read_workbook(content: bytes) -> Layout:
    date_system = _check_workbook(content)
    tables, ignored, as_of = [], [], None
    try:
        workbook = load_workbook(io.BytesIO(content))
        for name in workbook.sheet_names:
            cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            rows = [[_as_text(cell) for cell in row] for row in cells]
            as_of = as_of or _as_of(rows)
            table = _table(name, rows)
            if table is None:
                ignored.append(name)
            else:
                tables.append(table)
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable() from error
    if not tables:
        raise _no_headings()
    return Layout("xlsx", "", "", date_system, as_of, tuple(tables), tuple(ignored))


def _check_workbook(content: bytes) -> int:
    """Refuse what is no workbook, or a bomb; return the year its dates count from."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise _wrong_kind("")
            size = sum(item.file_size for item in archive.infolist())
            if size > max(len(content) * MOST_INFLATION, 64 << 20):
                raise _unreadable()
            head = archive.read("xl/workbook.xml")
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise _unreadable() from error
    return 1904 if re.search(rb'date1904="(?:1|true)"', head) else 1900


def _unreadable() -> Refusal:
    return Refusal(
        _("This workbook cannot be read; it may be damaged."),
        next_step=_("Open it, save it again as .xlsx, and upload that."),
    )


def _as_text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)
    if cell == int(cell):
        # Beyond 15 digits a spreadsheet has lost some: shown as what it is, destroyed.
        return str(int(cell)) if abs(cell) < _WIDEST_EXACT else f"{cell:.14E}"
    return format(Decimal(repr(cell)), "f")


# Headings


def _known(cells: Iterable[str]) -> int:
    return len({name for cell in cells if cell.strip() and (name := field_of(cell))})


def _as_of(rows: Rows) -> date | None:
    for row in rows[:LOOKED_AT]:
        if found := _AS_OF.search(unicodedata.normalize("NFKC", " ".join(row))):
            try:
                return date(*map(int, found.groups()))
            except ValueError:
                return None
    return None


def _table(sheet: str, rows: Rows) -> Table | None:
    at = _header_index(rows[:LOOKED_AT])
    if at is None:
        return None
    groups = _groups_above(rows, at)
    headers = _unique(cell.strip() or group.strip() for cell, group in _zip(rows[at], groups))
    while headers and not headers[-1]:
        headers.pop()
    title_unit = unit_of(" ".join(cell for row in rows[:at] for cell in row if "单位" in cell))
    spread = _spread(groups) + [""] * len(headers)
    units = tuple(
        unit_of(header) or unit_of(group) or (title_unit if not any(groups) else None)
        for header, group in zip(headers, spread, strict=False)
    )
    return Table(sheet, at + 1, tuple(headers), units, _frame(rows, at, len(headers)))


def _header_index(rows: Rows) -> int | None:
    scores = [_known(row) for row in rows]
    if not scores or max(scores) < FEWEST_HEADINGS:
        return None
    best = scores.index(max(scores))
    # Merged headings take two rows; the lower one completes the upper.
    return best + 1 if best + 1 < len(scores) and scores[best + 1] >= 2 else best


def _groups_above(rows: Rows, at: int) -> list[str]:
    """The upper row of headings that take two, or nothing."""
    if at == 0:
        return []
    above = rows[at - 1]
    fills = any(up.strip() and not cell.strip() for cell, up in _zip(rows[at], above))
    return above if fills and (_known(above) >= 1 or at - 1 == 0) else []


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


def _frame(rows: Rows, at: int, width: int) -> pl.DataFrame:
    body = rows[at + 1 :]
    padded = (
        row[:width] if len(row) >= width else row + [""] * (width - len(row)) for row in body
    )
    columns = list(zip(*padded, strict=True)) or [()] * width
    named: dict[str, Any] = {str(i): list(column) for i, column in enumerate(columns)}
    schema = {str(i): pl.String for i in range(width)}
    return pl.DataFrame(named, schema=schema).with_columns(
        pl.Series("row", range(at + 2, at + 2 + len(body)), dtype=pl.Int64),
        pl.Series(
            "extra", [any(map(str.strip, row[width:])) for row in body], dtype=pl.Boolean
        ),
    )
