"""The rules for identifiers, names and phone numbers. None is ever repaired."""

from typing import TYPE_CHECKING

import polars as pl

from marketplace.portfolios import cleaning
from marketplace.portfolios.assembling import NO_DAY, NO_TEXT, Sheet, cell
from marketplace.portfolios.vocabulary import IDENTIFIERS, PROVINCES

if TYPE_CHECKING:
    from marketplace.portfolios.validating import Terms


_COMPANY = r"(?i)社会信用|信用代码|\buscc\b|\blei\b"
"""Kinds of number that a company has, not a person."""


def judge_identity(sheet: Sheet, terms: "Terms") -> None:
    """Identifiers, and column `id_no`: the number if it is a sound one."""
    for name in IDENTIFIERS:
        key = sheet.key(name)
        text = cell(sheet, name).str.replace_all(r"\s", "").str.to_uppercase()
        gone = text.str.contains(cleaning.DESTROYED)
        if name == "id_no" and terms.market == "CN":
            gone = gone | text.str.contains(r"^\d{15}000$")
        sheet.flag("id_destroyed", key, gone)
    sheet.flag(
        "missing_contract_no", sheet.key("contract_no"), cell(sheet, "contract_no").is_null()
    )
    sheet.add(contract_no=cell(sheet, "contract_no"))
    card = cell(sheet, "account_no").str.replace_all(r"[\s-]", "")
    luhn = card.str.contains(r"^\d{13,19}$") & ~cleaning.luhn_fits(card)
    sheet.flag("card_luhn", sheet.key("account_no"), luhn)
    if terms.anonymous:
        sheet.add(id_no=NO_TEXT, born=NO_DAY, born_by_id=pl.lit(value=False))
    elif terms.market == "CN":
        _judge_resident_id(sheet)
    else:
        _judge_other_id(sheet, terms)


def _judge_resident_id(sheet: Sheet) -> None:
    key, kind = sheet.key("id_no"), cell(sheet, "id_type")
    number = cell(sheet, "id_no").str.replace_all(r"\s", "").str.to_uppercase()
    sheet.flag("missing_id", key, number.is_null())
    # A passport has no check digit.
    resident = kind.is_null() | kind.str.contains("(?i)身份证|cn_id|resident|id ?card")
    company = kind.str.contains(_COMPANY).fill_null(value=False)
    sheet.add(id_text=number, resident=resident.fill_null(value=True), company=company)
    number, resident, company = pl.col("id_text"), pl.col("resident"), pl.col("company")
    gone = number.str.contains(cleaning.DESTROYED) | number.str.contains(r"^\d{15}000$")
    shaped = number.str.contains(r"^\d{17}[\dX]$")
    known = number.str.slice(0, 2).is_in(list(PROVINCES))
    sheet.add(born=number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False))
    fits = (pl.col("born") <= pl.coalesce("as_of", pl.lit("9999-12-31").str.to_date())) & (
        pl.col("born").dt.year() >= 1900
    )
    fits = fits.fill_null(value=False)
    judged = resident & ~gone
    sheet.flag("id_bad_length", key, judged & ~shaped)
    sheet.flag("id_bad_region", key, judged & shaped & ~known)
    sheet.flag("id_bad_birth", key, judged & shaped & known & ~fits)
    checks = cleaning.resident_checksum_fits(number).fill_null(value=False)
    sheet.flag("id_bad_checksum", key, judged & shaped & known & fits & ~checks)
    listed = ~company | cleaning.uscc_fits(number).fill_null(value=False)
    sheet.flag("id_bad_checksum", key, ~resident & ~gone & ~listed)
    sound = pl.when(resident).then(shaped & known & fits & checks).otherwise(listed) & ~gone
    sheet.add(id_no=pl.when(sound).then(number))
    sheet.add(born=pl.when(resident & pl.col("id_no").is_not_null()).then(pl.col("born")))
    sheet.add(born_by_id=pl.col("born").is_not_null())
    differs = pl.col("born") != pl.col("d:birth_date")
    sheet.flag("birth_id_mismatch", sheet.key("birth_date"), differs)


def _judge_other_id(sheet: Sheet, terms: "Terms") -> None:
    number = cell(sheet, "id_no").str.replace_all(r"\s", "").str.to_uppercase()
    gone = number.str.contains(cleaning.DESTROYED)
    if terms.market == "US":
        good = number.str.contains(r"^\d{3}-?\d{2}-?\d{4}$")
        sheet.flag("bad_optional_id", sheet.key("id_no"), ~good & ~gone)
        number = pl.when(good).then(number.str.replace_all("-", ""))
        missing = cell(sheet, "original_creditor").is_null()
        sheet.flag("missing_original_creditor", sheet.key("original_creditor"), missing)
    company = cell(sheet, "id_type").str.contains(_COMPANY).fill_null(value=False)
    bad = company & ~cleaning.lei_fits(number).fill_null(value=False)
    sheet.flag("bad_optional_id", sheet.key("id_no"), bad & ~gone & number.is_not_null())
    number = pl.when(~bad).then(number)
    sheet.add(id_no=pl.when(~gone).then(number), born=NO_DAY, born_by_id=pl.lit(value=False))


def judge_person(sheet: Sheet, terms: "Terms") -> None:
    name = cell(sheet, "debtor_name")
    if terms.anonymous:
        sheet.add(name=pl.lit("–"), mobile=NO_TEXT, mobile_alt=NO_TEXT)
        sheet.add(email=NO_TEXT, address=NO_TEXT, employer=NO_TEXT)
        sheet.add(person=pl.lit("case:") + pl.col("case_no"))
        sheet.add(counted=pl.col("person"))
        return
    key = sheet.key("debtor_name")
    formula = name.str.contains("^[=+@-]")
    sheet.flag("missing_name", key, name.is_null())
    sheet.flag("formula_in_name", key, formula)
    sheet.flag("name_invalid", key, ~formula & ~name.str.contains(cleaning.NAME))
    _judge_phones(sheet, terms.market)
    born = pl.coalesce("born", "d:birth_date")
    sheet.add(
        name=name, address=cell(sheet, "address_home"), employer=cell(sheet, "employer"),
        email=cell(sheet, "email"), born=born,
        person=pl.coalesce(
            "id_no",
            pl.concat_str(name.str.to_uppercase(), born.cast(pl.String), separator="|"),
            pl.lit("case:") + pl.col("case_no"),
        ),
        # Counted as one: same number, or same name and birth date, known or not.
        counted=pl.coalesce(
            "id_no",
            pl.concat_str(
                name.str.to_uppercase(), born.cast(pl.String).fill_null(""), separator="|"
            ),
            pl.lit("case:") + pl.col("case_no"),
        ),
    )  # fmt: skip
    by_id = pl.col("born_by_id")
    # Above 100 is 101 and more: the birthday a year ago was at least the hundredth.
    aged = pl.col("born").dt.offset_by("101y") <= pl.col("as_of")
    sheet.flag("age_over_100", sheet.key("id_no"), aged & by_id)
    sheet.flag("age_over_100", sheet.key("birth_date"), aged & ~by_id)


def _judge_phones(sheet: Sheet, market: str) -> None:
    good = cleaning.MOBILE[market]
    fine = f"{good}|{cleaning.LANDLINE}" if market == "CN" else good
    found = []
    for key in (*sheet.keys("mobile"), *sheet.keys("mobile_alt")):
        parts = cleaning.bare_phones(cleaning.phone_parts(pl.col(key)), market)
        sheet.add(**{f"{key}:parts": parts})
        parts = pl.col(f"{key}:parts")
        mobiles = parts.list.eval(pl.element().filter(pl.element().str.contains(good)))
        bad = parts.list.eval(~pl.element().str.contains(fine)).list.any()
        if key.startswith("mobile#"):
            none = mobiles.list.len() == 0
            sheet.flag("missing_mobile", key, pl.col(key).is_null())
            sheet.flag("mobile_invalid", key, none)
            bad = bad & ~none
            sheet.add(mobile=mobiles.list.first())
        sheet.flag("phone_part_invalid", key, bad)
        found.append(parts.list.eval(pl.element().filter(pl.element().str.contains(fine))))
    if "mobile" not in sheet.frame.columns:
        sheet.add(mobile=NO_TEXT)
    every = pl.concat_list(part.fill_null([]) for part in found) if found else None
    others = (
        NO_TEXT
        if every is None
        else every.list.set_difference(pl.concat_list(pl.col("mobile"))).list.join(",")
    )
    sheet.add(mobile_alt=others)
