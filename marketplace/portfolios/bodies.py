"""The rows of a table, a piece at a time: a million rows are never held as one frame."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import polars as pl

from marketplace.core.errors import Refusal
from marketplace.core.words import _

LONGEST_CELL = 20_000
PIECE_ROWS = 20_000
PIECE_BYTES = 3 << 20
_LINE_END, _RETURN, _QUOTE = 10, 13, 34

Rows = Sequence[Sequence[str]]


class Body(Protocol):
    """The rows below the headings, as often as they are asked for.

    A piece has a column per heading, named by its position ("0", "1", ...), `row` (as a person
    counts) and `extra` (the row is longer than the headings).
    """

    @property
    def height(self) -> int: ...

    def pieces(self) -> Iterator[pl.DataFrame]: ...


@dataclass(frozen=True, eq=False)
class Held:
    """Rows that are in memory."""

    frame: pl.DataFrame

    @property
    def height(self) -> int:
        return self.frame.height

    def pieces(self) -> Iterator[pl.DataFrame]:
        # A table without rows is one piece without rows.
        yield from self.frame.iter_slices(PIECE_ROWS) if self.height else (self.frame,)


@dataclass(frozen=True)
class _Span:
    """Bytes that hold whole records, which of them come first, and whether a line is one."""

    start: int
    end: int
    first: int
    records: int
    plain: bool


@dataclass(frozen=True, eq=False)
class Text:
    """Rows that stand in a text file, read anew whenever they are asked for."""

    content: bytes = field(repr=False)
    encoding: str
    delimiter: str
    width: int
    skip: int
    spans: tuple[_Span, ...]

    @property
    def height(self) -> int:
        return max(self.spans[-1].first + self.spans[-1].records - self.skip, 0)

    def pieces(self) -> Iterator[pl.DataFrame]:
        for span in self.spans:
            plain = _as_utf8(self.content, span.start, span.end, self.encoding)
            frame = _lines(plain, self.delimiter, self.width) if span.plain else None
            if frame is None:
                frame = frame_of(_records(plain.decode(), self.delimiter), self.width)
            yield numbered(frame, span.first).slice(max(self.skip - span.first, 0))


def body_of(
    content: bytes,
    encoding: str,
    delimiter: str,
    *,
    width: int,
    skip: int,
    piece_bytes: int = PIECE_BYTES,
) -> Body:
    """The rows of a text file after the first `skip`, `width` cells each.

    Where quotation marks are misplaced nobody can tell at a glance where a row ends: such a
    file is read record by record, and held.
    """
    if encoding.startswith("utf-16"):
        content, encoding = content.decode(encoding).removeprefix("\ufeff").encode(), "utf-8"
    spans = _spans(content, encoding, delimiter, width, piece_bytes)
    if spans is not None:
        return Text(content, encoding, delimiter, width, skip, spans)
    rows = _records(content.decode(encoding).removeprefix("\ufeff"), delimiter)
    return Held(numbered(frame_of(rows, width), 0).slice(skip))


def frame_of(rows: Rows, width: int) -> pl.DataFrame:
    """Records as a frame of text, `width` cells each, and whether there were more."""
    padded = (
        row[:width] if len(row) >= width else [*row, *[""] * (width - len(row))] for row in rows
    )
    columns = list(zip(*padded, strict=True)) or [()] * width
    return pl.DataFrame(
        {str(i): list(column) for i, column in enumerate(columns)},
        schema={str(i): pl.String for i in range(width)},
    ).with_columns(
        pl.Series("extra", [any(map(str.strip, row[width:])) for row in rows], dtype=pl.Boolean)
    )


def numbered(frame: pl.DataFrame, first: int) -> pl.DataFrame:
    """With `row`: the first record of a file is row 1 to a person."""
    row = pl.int_range(first + 1, first + 1 + frame.height, dtype=pl.Int64)
    return frame.with_columns(row.alias("row")).select(pl.exclude("extra"), "extra")


def _spans(
    content: bytes, encoding: str, delimiter: str, width: int, size: int
) -> tuple[_Span, ...] | None:
    """Pieces of whole records; None where that cannot be told at a glance."""
    start = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    spans: list[_Span] = []
    first = 0
    while start < len(content) or not spans:
        end = _cut(content, start, size)
        plain = _as_utf8(content, start, end, encoding)
        if not _tidy(plain, delimiter):
            return None
        frame = _lines(plain, delimiter, width)
        count = len(_records(plain.decode(), delimiter)) if frame is None else frame.height
        spans.append(_Span(start, end, first, count, plain=frame is not None))
        start, first = end, first + count
    return tuple(spans)


def _cut(content: bytes, start: int, size: int) -> int:
    """Where the last record ends that begins and ends within `size` bytes, or the first one.

    A line end between quotation marks ends no record.
    """
    while start + size < len(content):
        window = np.frombuffer(content, np.uint8, size, start)
        ends = np.flatnonzero(window == _LINE_END)
        opened = np.searchsorted(np.flatnonzero(window == _QUOTE), ends) % 2
        whole = ends[opened == 0]
        if whole.size:
            return start + int(whole[-1]) + 1
        size *= 2
    return len(content)


def _as_utf8(content: bytes, start: int, end: int, encoding: str) -> bytes:
    """No accepted encoding but UTF-16 has a line end or quotation mark within a letter."""
    piece = content[start:end]
    return piece if encoding.startswith("utf-8") else piece.decode(encoding).encode()


def _tidy(plain: bytes, delimiter: str) -> bool:
    """Whether quotation marks stand around whole cells only, as far as can be told at once."""
    if plain.count(b"\r") != plain.count(b"\r\n"):
        return False
    letters = np.frombuffer(plain, np.uint8)
    marks = np.flatnonzero(letters == _QUOTE)
    if not marks.size:
        return True
    before = np.where(marks > 0, letters[marks - 1], _LINE_END)
    last = len(letters) - 1
    after = np.where(marks < last, letters[np.minimum(marks + 1, last)], _LINE_END)
    edges = (_LINE_END, ord(delimiter))
    inside = ~np.isin(before, (*edges, _RETURN, _QUOTE))
    inside &= ~np.isin(after, (*edges, _RETURN, _QUOTE))
    opened, closed = np.isin(before, edges), np.isin(after, (*edges, _RETURN))
    return not inside.any() and opened.sum() == closed.sum()


def _lines(plain: bytes, delimiter: str, width: int) -> pl.DataFrame | None:
    """Lines read in one go; None where one is no record, or has more cells than headings."""
    try:
        frame = pl.read_csv(
            plain, has_header=False, separator=delimiter, quote_char='"',
            schema={str(i): pl.String for i in range(width)}, empty_string_is_null=False,
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        return None
    if frame.height != plain.count(b"\n") + (not plain.endswith(b"\n")):
        return None
    longest = frame.select(pl.max_horizontal(pl.all().str.len_bytes().max())).item() or 0
    if longest > LONGEST_CELL:
        raise _open_quote()
    return frame.with_columns(extra=pl.lit(value=False))


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
