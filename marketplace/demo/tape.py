"""The demo lender's new tape: a workbook as lenders send them, with its own small disasters."""

import io
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import xlsxwriter

from marketplace.demo.people import PROVINCES, invent
from marketplace.demo.truth import PRODUCT_WEIGHTS, PRODUCTS

HEADERS = (
    "案件编号", "批次号", "产品类型", "合同号", "客户姓名", "身份证号码", "本人手机", "省份",
    "贷款金额(元)", "剩余本金(元)", "利息(元)", "罚息(元)", "委案金额(元)", "放款日期",
    "逾期日期", "逾期天数", "基准日", "评分",
)  # fmt: skip

_PRODUCT_ZH = {
    "credit_card": "信用卡",
    "consumer_loan": "消费贷",
    "cash_loan": "现金贷",
    "auto": "车贷",
}


@dataclass(frozen=True)
class MessyTape:
    """The file, and what its cover sheet would claim."""

    name: str
    content: bytes
    rows: int
    principal_minor: int
    defects: int


def write_tape(cases: int, rng: np.random.Generator, *, today: date) -> MessyTape:
    """A workbook of `cases` rows: title lines, mixed dates, and a handful of bad rows."""
    as_of = today - timedelta(days=5)
    rows = _rows(cases, rng, today=today, as_of=as_of)
    defects = _spoil(rows)
    principal = sum(_minor(row[9]) for row in rows)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "constant_memory": False})
    sheet = book.add_worksheet("委案明细")
    sheet.merge_range(0, 0, 0, len(HEADERS) - 1, "江南银行不良贷款委外清单")
    sheet.write_string(1, 0, f"制表日期：{today:%Y年%m月%d日}　单位：元")
    for j, header in enumerate(HEADERS):
        sheet.write_string(3, j, header)
    for i, row in enumerate(rows, 4):
        for j, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(i, j, cell)
            else:
                sheet.write_number(i, j, cell)
    last = 4 + len(rows)
    sheet.write_string(last, 0, "合计")
    sheet.write_number(last, 9, principal / 100)
    book.close()
    name = f"jiangnan_{today:%Y%m%d}.xlsx"
    return MessyTape(name, stream.getvalue(), len(rows), principal, defects)


def _rows(
    cases: int, rng: np.random.Generator, *, today: date, as_of: date
) -> list[list[str | float]]:
    debtors = invent(cases, rng, today=today)
    product = rng.choice(PRODUCTS, size=cases, p=PRODUCT_WEIGHTS)
    principal = np.round(np.exp(rng.normal(9.4, 0.85, cases)), 2)
    dpd = np.clip(np.exp(rng.normal(6.0, 0.75, cases)), 91, 3_000).astype(int)
    score = np.clip(rng.normal(580, 60, cases), 350, 850).astype(int)
    rows: list[list[str | float]] = []
    for i in range(cases):
        overdue = as_of - timedelta(days=int(dpd[i]))
        opened = overdue - timedelta(days=200 + i % 500)
        owed = round(float(principal[i]), 2)
        interest = round(owed * 0.0003 * int(dpd[i]), 2)
        fees = round(owed * 0.03, 2)
        person = debtors.people[i]
        rows.append(
            [
                f"JN{today:%y%m}{i:06d}", f"JN{today:%y%m}", _PRODUCT_ZH[str(product[i])],
                f"HT{today:%y}{i:08d}", person.name, person.id_no, person.mobile,
                PROVINCES[debtors.region[i]][0], f"{round(owed * 1.4, 2):,.2f}", f"{owed:,.2f}",
                f"{interest:,.2f}", f"{fees:,.2f}", f"{owed + interest + fees:,.2f}",
                _written(opened, i), _written(overdue, i + 1), str(int(dpd[i])),
                f"{as_of:%Y-%m-%d}", str(int(score[i])) if i % 5 else "",
            ]
        )  # fmt: skip
    return rows


def _written(day: date, style: int) -> str | float:
    """Dates as four different clerks would type them."""
    if style % 4 == 0:
        return f"{day:%Y-%m-%d}"
    if style % 4 == 1:
        return f"{day.year}/{day.month}/{day.day}"
    if style % 4 == 2:
        return f"{day:%Y%m%d}"
    return float((day - date(1899, 12, 30)).days)


def _spoil(rows: list[list[str | float]]) -> int:
    """Make some rows wrong, as they are in practice; return how many were touched."""
    if len(rows) < 40:
        return 0
    rows[3][5] = "1.1010119900307E+17"  # destroyed by a spreadsheet
    rows[5][5] = str(rows[5][5])[:17] + ("0" if str(rows[5][5])[17] != "0" else "1")
    rows[7][6] = "12345"
    rows[9][4] = "王**"
    rows[11][12] = "-500.00"
    rows[13][9] = "壹万元"
    rows[15][14] = "2025-02-30"
    rows[17][15] = "九十天"
    rows[19][0] = rows[18][0]
    rows[21][4] = "=cmd|'/c calc'!A1"
    rows[23][4] = f"\u200b{rows[23][4]}"
    rows[25][6] = f"{rows[25][6]}/0571-88886666"
    rows[27][12] = "99,999.99"
    rows[29] = list(rows[28])
    return 14


def _minor(cell: str | float) -> int:
    text = str(cell).replace(",", "")
    whole, _point, cents = text.partition(".")
    if not whole.lstrip("-").isdigit():
        return 0
    return int(whole) * 100 + int((cents + "00")[:2]) * (-1 if whole.startswith("-") else 1)
