"""Finding encoding, delimiter, headings and sheets; refusing what is no list."""

import csv
import io
import zipfile

import polars as pl
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace import portfolios
from marketplace.core.installation import installed
from marketplace.portfolios import bodies, tables
from tests.portfolios.conftest import refused
from tests.portfolios.tapes import HEADERS, as_csv, as_xlsx, good_row

TITLES = [["江南银行委外清单"], ["单位：元"], []]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_encoding_and_delimiter(app: Flask, encoding: str, delimiter: str) -> None:
    content = as_csv(
        [good_row(1), good_row(2)], encoding=encoding, delimiter=delimiter, titles=TITLES
    )
    (table,) = portfolios.read_layout("a.csv", content).tables
    assert table.headers == HEADERS
    assert table.header_row == 4
    assert table.frame["0"].to_list() == ["C000001", "C000002"]
    assert table.frame["row"].to_list() == [5, 6]


def test_workbook_skips_the_cover(app: Flask) -> None:
    layout = portfolios.read_layout("a.xlsx", as_xlsx([good_row(1)]))
    assert [table.sheet for table in layout.tables] == ["明细"]
    assert layout.ignored_sheets == ("封面",)
    assert layout.tables[0].header_row == 2
    assert str(layout.as_of) == "2025-06-30"


def test_numbers_of_sixteen_digits_are_shown_as_destroyed(app: Flask) -> None:
    row = [*good_row(1)]
    row[2] = 440103198506170000  # type: ignore[call-overload]
    layout = portfolios.read_layout("a.xlsx", as_xlsx([row]))
    assert layout.tables[0].frame["2"].to_list() == ["4.40103198506170E+17"]


def _archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "no workbook")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \n", "empty"),
        (b"%PDF-1.7 ...", "neither"),
        (b"\x89PNG\r\n\x1a\n....", "neither"),
        (b"\x00\x01\x02\x03" * 500, "neither"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "old .xls"),
        (_archive(), "neither"),
        (b"PK\x03\x04 not a zip at all", "cannot be read"),
        (as_xlsx([good_row(1)])[:-400], "cannot be read"),
        ("甲,乙,丙\n1,2,3\n".encode(), "column headings"),
        (as_csv([good_row(1)]) + b'"' + b"x,y\n" * 20_000, "quotation mark"),
    ],
)
def test_what_is_no_list_is_refused_in_words(app: Flask, content: bytes, words: str) -> None:
    with refused(words):
        portfolios.read_layout("a.csv", content)


def test_a_file_above_the_limit_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed(), "upload_limit_mb", 0)
    with refused("limit of 0 MB"):
        portfolios.read_layout("a.csv", as_csv([good_row(1)]))


def test_headings_are_mapped_with_units_and_prefixes(app: Flask) -> None:
    headers = [
        "持卡人证件号码",
        "未偿本金（万元）",
        "本金(分)",
        "城市",
        "省份",
        "序号",
        "案件编号",
    ]
    found = portfolios.suggest_mapping(headers, [["440103198506170014"], *[["1"]] * 6])
    assert [(one.field, one.unit.value) for one in found] == [
        ("id_no", "major"),
        ("principal", "ten_thousand"),
        ("", "minor"),
        ("region_code", "major"),
        ("region_code", "major"),
        ("", "major"),
        ("lender_case_no", "major"),
    ]
    assert found[0].before == ("4*************0014",)


CELLS = st.text(alphabet='ab1, "\n\r;本', max_size=6)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.lists(CELLS, max_size=5), max_size=8),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ending=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_both_ways_of_reading_give_the_same_rows(
    app: Flask, rows: list[list[str]], quoting: int, ending: str, encoding: str
) -> None:
    stream = io.StringIO(newline="")
    names = ("案件编号", "姓名", "本金", "逾期天数")
    csv.writer(stream, quoting=quoting, lineterminator=ending).writerows([names, *rows])
    content = stream.getvalue().encode(encoding)
    headings = tables.find_headings([names])
    assert headings is not None
    slow = list(csv.reader(io.StringIO(stream.getvalue(), newline="")))
    for size in (1, 40, 1 << 20):
        body = bodies.body_of(content, encoding, ",", width=4, skip=1, piece_bytes=size)
        quick = pl.concat(list(body.pieces())).with_columns(pl.col(pl.String).fill_null(""))
        assert quick.equals(tables.table_of("", slow, headings).frame)
        assert body.height == quick.height


def test_quoted_amounts_are_read_the_quick_way(app: Flask) -> None:
    content = as_csv(
        [["C1", "王小明", "1,234.50", "3"]], headers=("案件编号", "姓名", "本金", "逾期天数")
    )
    body = bodies.body_of(content, "utf-8", ",", width=4, skip=1)
    assert isinstance(body, bodies.Text)
    assert [span.plain for span in body.spans] == [True]


@pytest.mark.parametrize("line", ['C1,a"b,1,2', 'C1,"a"b,1,2', "C1,a,1\r,2"])
def test_doubtful_files_are_read_record_by_record(app: Flask, line: str) -> None:
    content = f"案件编号,姓名,本金,逾期天数\n{line}\n".encode()
    body = bodies.body_of(content, "utf-8", ",", width=4, skip=1)
    assert isinstance(body, bodies.Held)


@pytest.mark.parametrize("line", ["C1,a,1,2,3", 'C1,"a\nb",1,2'])
def test_only_the_piece_with_a_strange_record_is_read_slowly(app: Flask, line: str) -> None:
    more = "C2,b,1,2\n" * 20
    content = f"案件编号,姓名,本金,逾期天数\n{more}{line}\n{more}".encode()
    body = bodies.body_of(content, "utf-8", ",", width=4, skip=1, piece_bytes=50)
    assert isinstance(body, bodies.Text)
    assert [span.plain for span in body.spans].count(False) == 1
    assert [row for piece in body.pieces() for row in piece["row"]] == list(range(2, 43))


def test_a_line_end_within_quotation_marks_is_never_a_border_of_pieces(app: Flask) -> None:
    rows = "".join(f'C{n},"a\n,b""\n",1,2\n' for n in range(50))
    content = f"案件编号,姓名,本金,逾期天数\n{rows}".encode()
    for size in range(1, 60):
        body = bodies.body_of(content, "utf-8", ",", width=4, skip=1, piece_bytes=size)
        assert [n for piece in body.pieces() for n in piece["0"]] == [
            f"C{n}" for n in range(50)
        ]


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "cp1252", "utf-8-sig"])
def test_pieces_of_every_encoding_are_the_same_rows(app: Flask, encoding: str) -> None:
    name = "Müller" if encoding == "cp1252" else "許功蓋"
    rows = "".join(f'C{n},{name},"1,0{n}",{n}\r\n' for n in range(10, 40))
    content = f"case id,name,principal,dpd\r\n{rows}".encode(encoding)
    body = bodies.body_of(content, encoding, ",", width=4, skip=1, piece_bytes=50)
    assert isinstance(body, bodies.Text)
    found = pl.concat(list(body.pieces()))
    assert found["1"].unique().to_list() == [name]
    assert found["2"].to_list() == [f"1,0{n}" for n in range(10, 40)]


def test_a_heading_that_looks_alike_is_guessed_and_not_taken() -> None:
    found = portfolios.suggest_mapping(["Curent balance", "Zodiac"], [["x", "y"], ["a", "b"]])
    assert [(one.field, one.guess) for one in found] == [("", "placed_balance"), ("", "")]
