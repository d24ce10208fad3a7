"""Files people take away: text stays text, formulas stay inert, the file says what it is."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_WIDEST_EXACT = 10**15
_KEPT_DIGITS = 11
"""Digits of which a spreadsheet shows every one; longer numbers it writes as powers of ten."""

Cell = str | int | float | Decimal | None


@dataclass(frozen=True)
class Sheet:
    """One table of a workbook. `widths` are in characters."""

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()


def inert(value: str) -> str:
    """The text with a quote in front if a spreadsheet would run it.

    >>> inert("=1+1"), inert("plain")
    ("'=1+1", 'plain')
    """
    return f"'{value}" if value.startswith(_DANGEROUS) else value


def csv_file(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file that a spreadsheet opens as it is meant, Chinese and long numbers included.

    A tab goes before what has more digits than a spreadsheet keeps of a number; whoever reads
    the file back strips it with the other blanks.
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(headers)
    writer.writerows([_shown(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _shown(cell: Cell) -> str:
    written = "" if cell is None else str(cell)
    if written.isdecimal() and len(written) > _KEPT_DIGITS:
        return f"\t{written}"
    return inert(written) if isinstance(cell, str) else written


def workbook(
    facts: Sequence[tuple[str, str]], sheets: Sequence[Sheet], *, about_last: bool = False
) -> bytes:
    """An XLSX file with a sheet that says who, when, which filter and how many rows.

    It comes first, except in a file that is meant to be filled in and read back.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True})
    if not about_last:
        _about(book, facts, bold)
    for sheet in sheets:
        page = book.add_worksheet(sheet.name[:31])
        _fill(page, sheet, bold)
    if about_last:
        _about(book, facts, bold)
    book.close()
    return stream.getvalue()


def _fill(page: Worksheet, sheet: Sheet, bold: Format) -> None:
    page.freeze_panes(1, 0)
    for j, header in enumerate(sheet.headers):
        page.write_string(0, j, header, bold)
        page.set_column(j, j, sheet.widths[j] if j < len(sheet.widths) else 18)
    for i, row in enumerate(sheet.rows, 1):
        for j, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(i, j, inert(cell))
            elif isinstance(cell, int) and abs(cell) >= _WIDEST_EXACT:
                # A spreadsheet keeps 15 digits of a number, and all of a text.
                page.write_string(i, j, str(cell))
            elif cell is not None:
                page.write_number(i, j, cell)


def _about(book: xlsxwriter.Workbook, facts: Sequence[tuple[str, str]], bold: Format) -> None:
    page = book.add_worksheet("About")
    page.set_column(0, 1, 32)
    for i, (name, value) in enumerate(facts):
        page.write_string(i, 0, name, bold)
        page.write_string(i, 1, inert(value))
