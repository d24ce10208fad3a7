"""Control totals on a cover sheet: how many cases and how much principal it promises."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from marketplace.portfolios.bodies import Rows
from marketplace.portfolios.tables import unit_in
from marketplace.portfolios.vocabulary import TOTALS
from marketplace.portfolios.wording import Unit, normal_heading, unit_of

_COUNT = re.compile(
    r"^(?:总|合计|案件|明细|数据|资产|贷款|借据)*(?:笔数|户数|件数|条数|行数|案件数|案件数量|记录数|记录条数|案量|案件量)(?:合计|总计)?$"
    r"|^(?:no\.?of|numberof|totalnumberof|total)?(?:rows?|records?|cases?|accounts?|loans?|"
    r"count|rowcount|recordcount|casecount|accountcount|loancount|items?)$"
)
_PRINCIPAL = re.compile(
    r"^(?:总|合计|未偿|剩余|逾期|待还|委托|委案|贷款|资产)*本金(?:合计|总额|总计|余额|金额|汇总)*$"
    r"|^(?:total|sumof|outstanding|unpaid)*principal(?:total|balance|amount|sum)*$"
)


@dataclass(frozen=True)
class Declared:
    """What a cover says of a sheet: counted rows and principal, and in which cells it says so.

    `sheet` is None where a cover speaks of all sheets together.
    """

    sheet: str | None
    cover_sheet: str
    rows_cell: str | None
    principal_cell: str | None
    multiplier: str
    rows: int | None
    principal_minor: int | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def declared_totals(covers: Mapping[str, Rows], sheets: Sequence[str]) -> tuple[Declared, ...]:
    """Read every sheet that holds no cases; the first that promises anything counts."""
    for name, rows in covers.items():
        found = list(_by_table(name, rows, sheets)) or list(_by_label(name, rows, sheets))
        if found:
            return tuple(found)
    return ()


def _by_table(cover: str, rows: Rows, sheets: Sequence[str]) -> Iterator[Declared]:
    """A row of headings (sheet, count, principal), then a row for each sheet."""
    tables = list(_tables(rows))
    for table in tables:
        named = {
            sheet: here
            for sheet in sheets
            for here in reversed(table.body)
            if any(_same(cell, sheet) for cell in rows[here])
        }
        if named:
            yield from (table.declared(cover, rows, *one) for one in named.items())
            return
    for table in tables:
        whole = _whole(rows, table.body)
        if whole is not None:
            yield table.declared(cover, rows, sheets[0] if len(sheets) == 1 else "", whole)
            return


@dataclass(frozen=True)
class _Table:
    """A table on a cover: its columns, and its rows that hold a number."""

    count: int | None
    principal: int | None
    unit: Unit
    body: Sequence[int]

    def declared(self, cover: str, rows: Rows, sheet: str, at: int) -> Declared:
        count, principal = (at, self.count), (at, self.principal)
        return _declared(sheet, cover, rows, count, principal, self.unit)


def _tables(rows: Rows) -> Iterator[_Table]:
    """Every table, from one row of headings to the next."""
    headings = [
        (at, count, principal)
        for at, row in enumerate(rows)
        for count, principal in [(_counting(row), _column(row, _PRINCIPAL))]
        if (count, principal) != (None, None) and not _beside(rows, at, count, principal)
    ]
    ends = [at for at, _count, _principal in headings[1:]] + [len(rows)]
    for (at, count, principal), end in zip(headings, ends, strict=False):
        heading = "" if principal is None else rows[at][principal]
        body = [
            here
            for here in range(at + 1, end)
            if any(_value(rows, (here, column)) is not None for column in (count, principal))
        ]
        yield _Table(count, principal, unit_of(heading) or unit_in(rows) or Unit.MAJOR, body)


def _whole(rows: Rows, body: Sequence[int]) -> int | None:
    """The row that speaks of all cases: the only one, or the one of totals."""
    totals = [at for at in body if _flat(next(filter(str.strip, rows[at]), "")) in TOTALS]
    return (totals or body)[-1] if totals or len(body) == 1 else None


def _counting(row: Sequence[str]) -> int | None:
    """The column that counts cases: of loans and debtors, the loans."""
    found = [i for i, cell in enumerate(row) if _COUNT.match(_flat(cell))]
    return min(found, key=lambda i: "户" in _flat(row[i]), default=None)


def _beside(rows: Rows, at: int, count: int | None, principal: int | None) -> bool:
    """Whether the numbers stand to the right of their names, not below them."""
    row = rows[at]
    right = [
        _number(row[i + 1]) is not None
        for i in (count, principal)
        if i is not None and i + 1 < len(row)
    ]
    return any(right)


def _by_label(cover: str, rows: Rows, sheets: Sequence[str]) -> Iterator[Declared]:
    """Names and numbers side by side: 案件笔数 | 1200."""
    count = principal = None
    unit = unit_in(rows) or Unit.MAJOR
    for y, row in enumerate(rows):
        for x, cell in enumerate(row[:-1]):
            if _number(row[x + 1]) is None:
                continue
            if count is None and _COUNT.match(_flat(cell)):
                count = (y, x + 1)
            elif principal is None and _PRINCIPAL.match(_flat(cell)):
                principal, unit = (y, x + 1), unit_of(cell) or unit
    if count or principal:
        sheet = sheets[0] if len(sheets) == 1 else ""
        yield _declared(sheet, cover, rows, count, principal, unit)


_Cell = tuple[int, int | None] | None


def _declared(
    sheet: str, cover: str, rows: Rows, count: _Cell, principal: _Cell, unit: Unit
) -> Declared:
    counted, total = _value(rows, count), _value(rows, principal)
    # A unit beside the number goes before that of the heading, as in the rows of a list.
    scale = _scale(_text(rows, principal)) or unit.minor
    minor = None if total is None else (total * scale).quantize(Decimal(1), ROUND_HALF_UP)
    return Declared(
        sheet or None, cover, _name(count), _name(principal), unit.multiplier,
        None if counted is None else int(counted), None if minor is None else int(minor),
    )  # fmt: skip


def _column(row: Sequence[str], pattern: re.Pattern[str]) -> int | None:
    return next((i for i, cell in enumerate(row) if pattern.match(_flat(cell))), None)


def _flat(cell: str) -> str:
    return re.sub(r"[(\[【].*?[)\]】]", "", normal_heading(cell))


def _same(cell: str, sheet: str) -> bool:
    return bool(cell.strip()) and _flat(cell) == _flat(sheet)


def _text(rows: Rows, cell: _Cell) -> str:
    if cell is None or cell[1] is None or cell[1] >= len(rows[cell[0]]):
        return ""
    return unicodedata.normalize("NFKC", rows[cell[0]][cell[1]]).strip()


def _value(rows: Rows, cell: _Cell) -> Decimal | None:
    return _number(_text(rows, cell))


_UNITS = {"亿": 10_000_000_000, "万": 1_000_000, "": 100}


def _scale(text: str) -> int | None:
    """Minor units per unit written beside the number; None where none is."""
    found = re.search("(?:([亿万])元?|元)$", text)
    return _UNITS[found.group(1) or ""] if found else None


def _number(text: str) -> Decimal | None:
    bare = unicodedata.normalize("NFKC", text)
    bare = re.sub(r"[\s¥$€£]|CNY|RMB|USD|EUR|(?:[亿万]?元|[亿万笔户件条])$", "", bare)
    if re.search(r"\d,\d{1,2}$", bare):
        bare = bare.replace(".", "").replace(",", ".")
    try:
        number = Decimal(bare.replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _name(cell: _Cell) -> str | None:
    """A cell as a spreadsheet names it: row 8, third column is C8."""
    if cell is None or cell[1] is None:
        return None
    letters, rest = "", cell[1] + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{cell[0] + 1}"
