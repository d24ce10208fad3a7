"""What people take away runs nothing in their spreadsheet."""

import csv
import io
import zipfile

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from marketplace import portfolios
from marketplace.core.exports import Sheet, csv_file, inert, workbook

DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|'/c calc'!A1")


@pytest.fixture
def content() -> bytes:
    rows = [(text, 1, None) for text in DANGEROUS] + [("http://a.example", 2.5, "plain")]
    return workbook([("Filter", "=1+1")], [Sheet("Lines", ("a", "b", "c"), rows)])


def test_no_cell_is_a_formula_or_a_link(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = [book.read(n).decode() for n in book.namelist() if "worksheets/sheet" in n]
    assert len(sheets) == 2
    for sheet in sheets:
        assert "<f>" not in sheet
        assert "<hyperlink" not in sheet


def test_dangerous_texts_are_quoted_and_others_left_alone(content: bytes) -> None:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Lines")
    cells = [row[0] for row in rows.to_python()[1:]]
    assert [cell[0] for cell in cells[:-1]] == ["'"] * len(DANGEROUS)
    assert cells[-1] == "http://a.example"


def test_the_first_sheet_says_what_the_file_is(content: bytes) -> None:
    about = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    assert about.to_python() == [["Filter", "'=1+1"]]


@pytest.mark.parametrize("text", ["", "plain", "1-1", "a=b", "张三"])
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert inert(text) == text


def test_long_numbers_keep_every_digit_and_can_be_read_back(app: Flask) -> None:
    number = "110105194912310021"
    rows = [(number, int(number), 123456789012345)]
    content = workbook([], [Sheet("明细", ("案件编号", "卡号", "合同号"), rows)])
    table = portfolios.read_layout("a.xlsx", content).tables[0]
    assert table.frame.row(0)[:3] == (number, number, "123456789012345")


def test_formulas_of_full_width_letters_are_inert_too() -> None:
    assert inert("＝1+1") == "'＝1+1"


def test_a_csv_file_opens_as_it_is_meant_and_can_be_read_back() -> None:
    rows = [("11010519491231002X", "=1+1", 12), ("110105194912310021", "张三", None)]
    content = csv_file(("证件号码", "姓名", "金额"), rows)
    assert content.startswith("\ufeff证件号码".encode())
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert read[1] == ["11010519491231002X", "'=1+1", "12"]
    assert [cell.strip() for cell in read[2]] == ["110105194912310021", "张三", ""]
    assert read[2][0].startswith("\t")
