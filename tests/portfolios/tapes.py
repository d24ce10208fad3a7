"""Small made-up tapes in the formats that lenders send."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from marketplace.core.checks import resident_id_check_digit

HEADERS = (
    "案件编号", "客户姓名", "身份证号码", "手机号", "产品类型", "贷款金额(元)", "剩余本金(元)",
    "利息(元)", "罚息(元)", "欠款总额(元)", "首次逾期日", "逾期天数", "停催标识", "备注",
)  # fmt: skip
AS_OF = "2025-06-30"


def resident_id(n: int, *, region: str = "440103", birth: str = "19850617") -> str:
    # Numbers that end in 000 are taken for destroyed: no sequence ends in 00.
    place = n % 900
    stem = f"{region}{birth}{place + place // 99 + 1:03d}"
    return stem + resident_id_check_digit(stem)


def good_row(n: int) -> list[str]:
    """A case that passes every rule: 100 + n of principal, 11 more of the rest."""
    principal = 1000 + n
    return [
        f"C{n:06d}", "王小明", resident_id(n, birth=f"19{70 + n // 900 % 30:02d}0617"),
        f"138{n:08d}", "信用卡", "5000.00", f"{principal}.00", "10.50", "0.50",
        f"{principal + 11}.00", "2024-06-30", "365", "", "",
    ]  # fmt: skip


def with_cell(row: Sequence[str], header: str, value: str) -> list[str]:
    changed = list(row)
    changed[HEADERS.index(header)] = value
    return changed


def as_csv(
    rows: Sequence[Sequence[Any]],
    *,
    headers: Sequence[str] = HEADERS,
    encoding: str = "utf-8",
    delimiter: str = ",",
    titles: Sequence[Sequence[str]] = (),
) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerows([*titles, headers, *rows])
    return stream.getvalue().encode(encoding)


def as_xlsx(
    rows: Sequence[Sequence[Any]], *, headers: Sequence[str] = HEADERS, sheet: str = "明细"
) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    cover = book.add_worksheet("封面")
    cover.write_string(0, 0, "基准日：2025-06-30")
    page = book.add_worksheet(sheet)
    page.write_string(0, 0, "委外清单")
    for i, row in enumerate([headers, *rows], 1):
        for j, cell in enumerate(row):
            page.write(i, j, cell)
    book.close()
    return stream.getvalue()
