"""Reading a lender's file: what kind it is, where its headings are, and every row as text."""

import csv
import io
import re
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import polars as pl
from python_calamine import CalamineError, load_workbook

from marketplace.core.errors import Refusal
from marketplace.core.installation import installed
from marketplace.core.words import _
from marketplace.portfolios.bodies import Rows, body_of
from marketplace.portfolios.covers import Declared, declared_totals
from marketplace.portfolios.decoding import encoding_of
from marketplace.portfolios.tables import (
    LOOKED_AT,
    Headings,
    Table,
    as_of_day,
    find_headings,
    known,
    named_table,
    table_of,
)

DELIMITERS = ",;\t|"
MOST_INFLATION = 60
_WIDEST_EXACT = 10**15
_SAMPLE = 200_000


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
    declared: tuple[Declared, ...] = ()

    def summary(self) -> dict[str, Any]:
        """What is kept of it: no cell of any row."""
        return {
            "kind": self.kind,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "date_system": self.date_system,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "ignored_sheets": list(self.ignored_sheets),
            "declared": [one.as_json() for one in self.declared],
            "tables": [
                {
                    "sheet": table.sheet,
                    "header_row": table.header_row,
                    "headers": list(table.headers),
                    "rows": table.body.height,
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
    encoding = encoding_of(content)
    sample = content[: 4 * _SAMPLE].decode(encoding, errors="ignore").removeprefix("\ufeff")
    sample = sample[:_SAMPLE]
    heads = {mark: _first_rows(sample, mark) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: _heading_score(heads[mark]))
    head = heads[delimiter]
    headings = find_headings(head)
    if headings is None:
        raise _no_headings()
    body = body_of(
        content, encoding, delimiter, width=len(headings.labels), skip=headings.at + 1
    )
    table = named_table("", headings, body)
    return Layout("csv", encoding, delimiter, 1900, as_of_day(head), (table,))


def _first_rows(sample: str, delimiter: str) -> list[list[str]]:
    """As far as they can be read: with the wrong delimiter quotation marks are misplaced."""
    rows: list[list[str]] = []
    with suppress(csv.Error):
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        rows.extend(islice(reader, LOOKED_AT))
    return rows


def _heading_score(rows: Rows) -> tuple[int, int]:
    return max(((len(known(row)), len(row)) for row in rows), default=(0, 0))


# Workbooks


def _read_workbook(content: bytes) -> Layout:
    date_system = _check_workbook(content)
    tables: list[Table] = []
    others: dict[str, Rows] = {}
    as_of: date | None = None
    try:
        workbook = load_workbook(io.BytesIO(content))
        for name in workbook.sheet_names:
            cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            rows = [[_as_text(cell) for cell in row] for row in cells]
            as_of = as_of or as_of_day(rows)
            headings: Headings | None = find_headings(rows)
            if headings is None:
                others[name] = rows
            else:
                # A cell beside the table is no part of it: here none can have slipped.
                width = len(headings.labels)
                tables.append(table_of(name, [row[:width] for row in rows], headings))
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable() from error
    if not tables:
        raise _no_headings()
    # A form to be filled in, beside sheets that are.
    unused = [table for table in tables if _is_blank(table)]
    if len(unused) < len(tables):
        tables = [table for table in tables if table not in unused]
        others |= {table.sheet: [] for table in unused}
    declared = declared_totals(others, [table.sheet for table in tables])
    return Layout("xlsx", "", "", date_system, as_of, tuple(tables), tuple(others), declared)


def _is_blank(table: Table) -> bool:
    cells = pl.col(pl.String).str.strip_chars() != ""
    return not table.frame.select(pl.any_horizontal(cells).any()).item()


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
