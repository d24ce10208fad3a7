"""Check digits of a column agree with those of single codes, digit for digit."""

import polars as pl
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core import checks
from marketplace.portfolios import cleaning
from tests.portfolios.tapes import HEADERS, as_csv, good_row
from tests.portfolios.test_any_tape import cases_of, kinds, report

USCC = "91350200776049653A"
LEI = "5493001KJTIIGC8Y1R12"


def fits(check: object, codes: list[str]) -> list[bool]:
    frame = pl.DataFrame({"code": codes}, schema={"code": pl.String})
    found = frame.select(check(pl.col("code")).fill_null(value=False))  # type: ignore[operator]
    return list(found.to_series())


@given(st.lists(st.text("0123456789ABCDEFGHJKLMNPQRTUWXYIOZ", max_size=20), max_size=20))
def test_company_codes(codes: list[str]) -> None:
    made = [code[:17] + checks.uscc_check_letter(code[:17]) for code in codes
            if len(code) >= 17 and not set(code[:17]) & set("IOZSV")]  # fmt: skip
    every = [*codes, *made, USCC]
    assert fits(cleaning.uscc_fits, every) == [checks.uscc_is_valid(code) for code in every]


@given(st.lists(st.from_regex(r"[0-9A-Z]{18}[0-9]{2}", fullmatch=True), max_size=30))
def test_legal_entity_identifiers(codes: list[str]) -> None:
    every = [*codes, LEI, LEI[::-1], LEI[:-1], ""]
    assert fits(cleaning.lei_fits, every) == [checks.lei_is_valid(code) for code in every]


@pytest.mark.parametrize(
    ("number", "found"), [(USCC, []), (USCC[:-1] + "B", ["id_bad_checksum"])]
)
def test_a_companys_number_is_checked_as_one(app: Flask, number: str, found: list[str]) -> None:
    row = [*good_row(1), "统一社会信用代码"]
    row[HEADERS.index("身份证号码")] = number
    told = report(as_csv([row, [*good_row(2), "身份证"]], headers=[*HEADERS, "证件类型"]))
    assert [kind for _row, _column, kind in kinds(told)] == found
    assert cases_of(told).height == 2 - len(found)
