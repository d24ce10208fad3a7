"""Why somebody must not be contacted, as far as a tape says so."""

import polars as pl

from marketplace.compliance import HoldReason
from marketplace.portfolios.assembling import Sheet
from marketplace.portfolios.vocabulary import (
    FLAG_HEADINGS,
    FLAG_NO,
    FLAG_VALUES,
    FLAG_YES,
    normal_heading,
)


def judge_holds(sheet: Sheet) -> None:
    """Column `hold_flags`. A mark nobody understands stops contact: the safe reading."""
    found = [_minor(sheet), _insolvent(sheet)]
    for key in sheet.keys("hold_flags"):
        text = pl.col(key).str.to_lowercase()
        heading = next((name for (_s, k), name in sheet.names.items() if k == key), "")
        meant = FLAG_HEADINGS.get(normal_heading(heading), HoldReason.STOP_CONTACT)
        named = text.replace_strict(
            {word: flag.value for word, flag in FLAG_VALUES.items()},
            default=None, return_dtype=pl.String,
        )  # fmt: skip
        silent = text.is_null() | text.is_in(FLAG_NO)
        strange = ~silent & ~text.is_in(FLAG_YES) & named.is_null()
        sheet.flag("unknown_enum", key, strange)
        flag = (
            pl.when(silent).then(None)
            .when(strange).then(pl.lit(HoldReason.STOP_CONTACT.value))
            .otherwise(pl.coalesce(named, pl.lit(meant.value)))
        )  # fmt: skip
        sheet.add(**{f"{key}:hold": flag})
        flag = pl.col(f"{key}:hold")
        for reason in HoldReason:
            sheet.flag(f"hold_{reason.value}", key, flag == reason.value)
        found.append(flag)
    sheet.add(hold_flags=pl.concat_list(found).list.drop_nulls().list.unique().list.sort())


def _minor(sheet: Sheet) -> pl.Expr:
    if "born" not in sheet.frame.columns:
        return pl.lit(None, dtype=pl.String)
    young = pl.col("born").dt.offset_by("18y") > pl.col("as_of")
    born_by_id = "resident" in sheet.frame.columns
    sheet.flag("hold_minor", sheet.key("id_no" if born_by_id else "birth_date"), young)
    return pl.when(young).then(pl.lit(HoldReason.MINOR.value))


def _insolvent(sheet: Sheet) -> pl.Expr:
    insolvent = pl.col("litigation") == "bankruptcy"
    sheet.flag("hold_bankruptcy", sheet.key("litigation_status"), insolvent)
    return pl.when(insolvent).then(pl.lit(HoldReason.BANKRUPTCY.value))
