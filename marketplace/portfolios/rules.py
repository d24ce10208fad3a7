"""The rules a row must pass, field by field. A rule across fields needs each of them sound."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from marketplace.portfolios import cleaning
from marketplace.portfolios.assembling import NO_DAY, NO_TEXT, Sheet, cell
from marketplace.portfolios.holds import judge_holds
from marketplace.portfolios.profiles import said_of, table_for
from marketplace.portfolios.vocabulary import (
    AMOUNTS,
    CURRENCIES,
    FEATURE,
    FLAG_YES,
    ISO_4217,
    LITIGATION,
    PRODUCTS,
    PROVINCES,
    REGION_RANK,
    REQUIRED_DATES,
    SECURITIES,
    TEXTS,
    ZIPS,
)
from marketplace.portfolios.wording import normal_heading

if TYPE_CHECKING:
    from marketplace.portfolios.validating import Terms

MOST_DPD = 7300
_OPTIONAL_DATES = ("maturity_date", "last_payment_date", "birth_date", "written_off_date")
_AHEAD = ("placement_start", "recall_due", "maturity_date", "limitation_date")
_LAST_SHORT = date(2099, 12, 31)
_NO_NUMBER = pl.lit(None, dtype=pl.Int64)


# Dates


def parse_dates(sheet: Sheet, terms: "Terms", date_system: int) -> None:
    """Columns `d:<field>`: the date, null where it is empty or unreadable."""
    order = _order(sheet, terms)
    names = (*REQUIRED_DATES, "first_overdue_date", *_OPTIONAL_DATES, "limitation_date")
    usual = pl.lit(terms.day(sheet.name, "balance_as_of"), dtype=pl.Date)
    for name in ("balance_as_of", *(n for n in names if n != "balance_as_of")):
        key = sheet.key(name)
        # What lies ahead of the balance date is never of the century before.
        latest = pl.lit(_LAST_SHORT) if name in _AHEAD else usual
        read = (
            cleaning.day(pl.col(key), date_system=date_system, latest=latest, order=order)
            if key
            else NO_DAY
        )
        sheet.add(**{f"d:{name}": read})
        if name == "balance_as_of":
            usual = pl.coalesce("d:balance_as_of", usual)
    # A cell that is there and unreadable must not fall back to the default.
    sheet.add(as_of=_or_default(sheet, "balance_as_of", terms))
    sheet.add(starts=_or_default(sheet, "placement_start", terms))
    sheet.add(recall=_or_default(sheet, "recall_due", terms))


def _order(sheet: Sheet, terms: "Terms") -> pl.Expr | None:
    """Whether the sheet writes the day or the month first; None if neither."""
    usual = "mdy" if terms.market == "US" else "ymd"
    order = said_of(terms.profile, sheet.name).order or usual
    return None if order == "ymd" else pl.lit(order)


def _or_default(sheet: Sheet, name: str, terms: "Terms") -> pl.Expr:
    if sheet.key(name):
        return pl.col(f"d:{name}")
    return pl.lit(terms.day(sheet.name, name), dtype=pl.Date)


def judge_dates(sheet: Sheet, terms: "Terms") -> None:
    required = [*REQUIRED_DATES, *(["written_off_date"] if terms.market == "US" else [])]
    for name in required:
        sheet.flag("missing_date", sheet.key(name), cell(sheet, name).is_null())
    for name in (*required, "first_overdue_date"):
        bad = cell(sheet, name).is_not_null() & pl.col(f"d:{name}").is_null()
        sheet.flag("bad_date", sheet.key(name), bad)
    future = pl.col("as_of") > pl.col("starts")
    sheet.flag("future_required_date", sheet.key("balance_as_of"), future)
    sheet.add(as_of=pl.when(~future.fill_null(value=False)).then(pl.col("as_of")))
    past = ["open_date", "first_overdue_date", *(required[4:])]
    for name in past:
        late = pl.col(f"d:{name}") > pl.col("as_of")
        sheet.flag("future_required_date", sheet.key(name), late)
        sheet.add(
            **{
                f"d:{name}": pl.when(late.fill_null(value=False).not_()).then(
                    pl.col(f"d:{name}")
                )
            }
        )
    _judge_optional_dates(sheet, terms)
    opened = pl.col("d:open_date") > pl.col("d:first_overdue_date")
    sheet.flag("open_after_default", sheet.key("open_date"), opened)
    _judge_window(sheet)
    _judge_dpd(sheet)
    opened_on = _or_default(sheet, "open_date", terms)
    sheet.add(opened_on=opened_on, balance_as_of=pl.col("as_of"))
    sheet.add(last_payment_on=pl.col("d:last_payment_date"))
    sheet.add(limitation_on=pl.col("d:limitation_date"))


def _judge_optional_dates(sheet: Sheet, terms: "Terms") -> None:
    for name in _OPTIONAL_DATES:
        if name == "written_off_date" and terms.market == "US":
            continue
        bad = cell(sheet, name).is_not_null() & pl.col(f"d:{name}").is_null()
        sheet.flag("bad_optional_date", sheet.key(name), bad)
        if name != "maturity_date":
            late = (pl.col(f"d:{name}") > pl.col("as_of")).fill_null(value=False)
            sheet.flag("future_optional_date", sheet.key(name), late)
            sheet.add(**{f"d:{name}": pl.when(~late).then(pl.col(f"d:{name}"))})
    if terms.market == "US":
        empty = cell(sheet, "last_payment_date").is_null()
        sheet.flag("missing_last_payment", sheet.key("last_payment_date"), empty)


def _judge_window(sheet: Sheet) -> None:
    days = (pl.col("recall") - pl.col("starts")).dt.total_days()
    sheet.flag("recall_before_start", sheet.key("recall_due"), days <= 0)
    outside = (days > 0) & ~days.is_between(30, 365)
    sheet.flag("recall_window", sheet.key("recall_due"), outside)
    stale = (pl.col("starts") - pl.col("as_of")).dt.total_days() > 45
    sheet.flag("stale_balance", sheet.key("balance_as_of"), stale)


def _judge_dpd(sheet: Sheet) -> None:
    dpd_key, date_key = sheet.key("dpd"), sheet.key("first_overdue_date")
    text, overdue = cell(sheet, "dpd"), pl.col("d:first_overdue_date")
    given = cleaning.whole_number(text)
    sheet.flag("bad_dpd", dpd_key, text.is_not_null() & given.is_null())
    sheet.flag("dpd_out_of_range", dpd_key, ~given.is_between(0, MOST_DPD))
    sheet.add(given_dpd=pl.when(given.is_between(0, MOST_DPD)).then(given))
    given = pl.col("given_dpd")
    since = (pl.col("as_of") - overdue).dt.total_days()
    neither = text.is_null() & cell(sheet, "first_overdue_date").is_null()
    sheet.flag("missing_date", date_key, neither)
    sheet.flag("missing_date", None if date_key else dpd_key, neither)
    sheet.flag("dpd_mismatch", dpd_key, (given - since).abs() > 3)
    sheet.flag("dpd_derived", dpd_key, text.is_null() & since.is_not_null())
    counted = pl.col("as_of") - pl.duration(days=given)
    no_date = cell(sheet, "first_overdue_date").is_null()
    sheet.flag("overdue_date_derived", date_key, no_date & counted.is_not_null())
    sheet.add(dpd=pl.coalesce(given, since), overdue_on=pl.coalesce(overdue, counted))


# Amounts


def parse_amounts(sheet: Sheet, commas: Collection[str]) -> None:
    """Columns `<key>:minor`, those of `commas` written 1.234,56, and `principal:all`."""
    for name in AMOUNTS:
        for key in sheet.keys(name):
            _parse_amount(sheet, key, comma=key in commas)
    principal = sheet.key("principal")
    # The control total knows nothing of rows that are rejected.
    whole = pl.col(f"{principal}:minor").fill_null(0) if principal else pl.lit(0)
    sheet.add(**{"principal:all": whole})


def _parse_amount(sheet: Sheet, key: str, *, comma: bool) -> None:
    text, scale = pl.col(key), pl.col(f"{key}:scale")
    written = cleaning.cell_unit(text)
    silent = text.str.ends_with("万元").not_() & text.str.ends_with("元") & (scale == 100)
    frame = sheet.frame.with_columns(
        pl.coalesce(written, scale).alias("counts"),
        (written.is_not_null() & ~silent).alias(f"{key}:united"),
    )
    minor = cleaning.amounts(frame[key], frame["counts"], comma=comma)
    sheet.frame = frame.drop("counts").with_columns(minor.alias(f"{key}:minor"))


def judge_amounts(sheet: Sheet, terms: "Terms") -> None:
    # Lots without names are sold without contracts too: the loan itself may be unknown.
    needed = AMOUNTS[1:] if terms.anonymous else AMOUNTS
    for name in AMOUNTS:
        keys = sheet.keys(name)
        for key in keys:
            text, minor = pl.col(key), pl.col(f"{key}:minor")
            sheet.flag("amount_dash_zero", key, cleaning.is_dash(text))
            sheet.flag("unit_in_cell", key, pl.col(f"{key}:united") & minor.is_not_null())
            sheet.flag("bad_amount", key, text.is_not_null() & minor.is_null())
            sheet.flag("negative_amount", key, minor < 0)
            if name in ("placed_balance", "loan_amount") and name in needed:
                sheet.flag("zero_amount", key, minor == 0)
        if keys and name in needed:
            empty = pl.all_horizontal(pl.col(key).is_null() for key in keys)
            sheet.flag("missing_amount", keys[0], empty)
        sheet.add(**{f"m:{name}": _sound_sum(keys)})
    parts = [pl.col(f"m:{name}") for name in ("principal", "interest", "penalty_fees")]
    placed = pl.col("m:placed_balance")
    if all(sheet.key(name) for name in ("principal", "interest", "placed_balance")):
        # A tape without a column of fees has none.
        fees = parts[2] if sheet.key("penalty_fees") else 0
        total = parts[0] + parts[1] + fees
        sheet.flag(
            "not_footing",
            sheet.key("placed_balance"),
            (placed > 0) & ((total - placed).abs() > 1),
        )
    sheet.add(
        loan_minor=pl.when(pl.col("m:loan_amount") > 0).then(pl.col("m:loan_amount")),
        principal_minor=pl.col("m:principal"),
        interest_minor=pl.col("m:interest").fill_null(0),
        fees_minor=pl.col("m:penalty_fees").fill_null(0),
        balance_minor=placed if sheet.key("placed_balance") else pl.sum_horizontal(parts),
    )
    if not sheet.key("placed_balance"):
        sheet.flag("zero_amount", sheet.key("principal"), pl.col("balance_minor") == 0)


def _sound_sum(keys: list[str]) -> pl.Expr:
    """The sum of the columns, null unless each cell is empty or sound and one is filled."""
    if not keys:
        return _NO_NUMBER
    cells = [pl.col(f"{key}:minor") for key in keys]
    spoilt = pl.any_horizontal(
        (pl.col(key).is_not_null() & cell.is_null()) | (cell < 0).fill_null(value=False)
        for key, cell in zip(keys, cells, strict=True)
    )
    filled = pl.any_horizontal(cell.is_not_null() for cell in cells)
    return pl.when(filled & ~spoilt).then(pl.sum_horizontal(cells))


# Words


def judge_words(sheet: Sheet, terms: "Terms", highest_rate: int | None) -> None:
    for name in TEXTS:
        for key in sheet.keys(name):
            sheet.flag("formula_in_text", key, pl.col(key).str.contains("^[=+@-]"))
    _judge_enum(sheet, "product", "product_type", PRODUCTS, terms)
    _judge_enum(sheet, "security", "security", SECURITIES, terms)
    _judge_enum(sheet, "litigation", "litigation_status", LITIGATION, terms)
    _judge_currency(sheet, terms)
    place = judge_place(sheet, terms.market)
    by_id = pl.col("id_no").str.slice(0, 2) if terms.market == "CN" else NO_TEXT
    by_id = pl.when(by_id.is_in(list(PROVINCES))).then(by_id)
    named = cleaning.region(place) if terms.market == "CN" else NO_TEXT
    kept = place.str.replace(r"\.0$", "").str.to_uppercase().str.slice(0, 12)
    sheet.add(region=pl.coalesce(named, by_id, kept, pl.lit(terms.region)))
    rate = cell(sheet, "rate_annual").str.replace("%$", "")
    if terms.market == "CN":
        hundredths = cleaning.rate_hundredths(rate)
        # A spreadsheet's percent cells hold 0.24; no lender's rates are all below 1 %.
        below = highest_rate is not None and highest_rate < 10_000
        parts = pl.lit(below) & ~cell(sheet, "rate_annual").str.ends_with("%")
        over = pl.when(parts).then(hundredths * 100).otherwise(hundredths) > 240_000
        sheet.flag("rate_over_24", sheet.key("rate_annual"), over)
    rounds = cell(sheet, "placement_round").str.replace_many(
        ["一", "首", "二", "三", "四", "五"], ["1", "1", "2", "3", "4", "5"]
    )
    first = rounds.str.extract(r"(\d{1,2})", 1).cast(pl.Int64, strict=False)
    score = cleaning.whole_number(cell(sheet, "score"))
    sheet.add(placement_round=first.fill_null(1).clip(1, 99), score=score)
    judge_holds(sheet, terms.profile)
    # Where a tape speaks of consent, only a clear yes is one.
    agreed = cell(sheet, "consent").str.to_lowercase().is_in(FLAG_YES).fill_null(value=False)
    sheet.add(consented=agreed if sheet.key("consent") else pl.lit(None, dtype=pl.Boolean))
    sheet.add(features=_features(sheet))


def _judge_enum(
    sheet: Sheet, column: str, name: str, words: Mapping[str, str], terms: "Terms"
) -> None:
    """What a word of a closed list means: by the profile's table, else as usual."""
    text = cell(sheet, name).str.to_lowercase()
    key = sheet.key(name)
    known = _replaced(text, {word: str(value) for word, value in words.items()})
    header = sheet.names.get(key or "", "")
    table = table_for(said_of(terms.profile, sheet.name).enums, header)
    if table is not None:
        meant = {cleaning.fold(word): str(words.get(cleaning.fold(str(value)), "other"))
                 for word, value in table.items()}  # fmt: skip
        known = _replaced(text, meant)
    sheet.flag("unknown_enum", key, text.is_not_null() & known.is_null())

    given = cleaning.fold(terms.given(sheet.name, name))
    absent = pl.lit(str(words.get(given, terms.word(column))))
    told = pl.when(text.is_null()).then(absent).otherwise(pl.lit("other"))
    sheet.add(**{column: pl.coalesce(known, told)})


def _replaced(text: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    return text.replace_strict(dict(words), default=None, return_dtype=pl.String)


def _judge_currency(sheet: Sheet, terms: "Terms") -> None:
    text = cell(sheet, "currency").str.to_uppercase().replace(CURRENCIES)
    sheet.flag("bad_currency", sheet.key("currency"), ~text.is_in(sorted(ISO_4217)))
    default = terms.given(sheet.name, "currency") or terms.currency
    sheet.add(currency=pl.coalesce(text, pl.lit(default, dtype=pl.String)))


def judge_place(sheet: Sheet, market: str) -> pl.Expr:
    """The best of the region columns, and what spreadsheets did to zip codes."""
    keys = sheet.keys("region_code")
    if market == "US":
        for key in keys:
            if normal_heading(sheet.names[key]) in ZIPS:
                text = pl.col(key).str.replace(r"\.0$", "")
                sheet.flag("zip_leading_zero", key, text.str.contains(r"^\d{3,4}$"))
    best = min(((_rank(sheet.names[key]), key) for key in keys), default=None)
    place = pl.col(best[1]) if best else NO_TEXT
    # A zip code that lost its zero is of no use without the state that tells so.
    return (
        pl.when(~place.str.contains(r"^\d{3,4}(\.0)?$")).then(place)
        if market == "US"
        else place
    )


def _rank(header: str) -> int:
    name = normal_heading(header)
    return REGION_RANK.index(name) if name in REGION_RANK else len(REGION_RANK)


def _features(sheet: Sheet) -> pl.Expr:
    """The feature columns as JSON, the numbers letter by letter as they were written."""
    parts = []
    for key in sheet.features():
        if ":" in key:
            continue
        name = key.rpartition("#")[0].removeprefix(FEATURE.replace(":", "/"))
        label = name.replace("\\", "").replace('"', "")
        number = pl.col(key).str.extract(r"^(-?(?:0|[1-9]\d*)(?:\.\d+)?)$", 1)
        parts.append(pl.lit(f'"{label}":') + number)
    if not parts:
        return pl.lit("{}")
    return pl.concat_str(
        pl.lit("{"), pl.concat_str(parts, separator=",", ignore_nulls=True), pl.lit("}")
    )
