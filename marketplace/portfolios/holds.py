"""Why somebody must not be contacted, as far as a tape says so."""

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from marketplace.compliance import HoldReason
from marketplace.portfolios import cleaning
from marketplace.portfolios.assembling import Sheet
from marketplace.portfolios.profiles import Profile, said_of, table_for
from marketplace.portfolios.vocabulary import (
    FLAG_HEADINGS,
    FLAG_NO,
    FLAG_VALUES,
    FLAG_YES,
)
from marketplace.portfolios.wording import normal_heading

_MARKED = re.compile(r"^是否|标识$|标志$|标记$|状态$|flag$|indicator$")
"""What a heading says beside the reason: 死亡标识, 是否死亡, Deceased Flag."""


def judge_holds(sheet: Sheet, profile: Profile) -> None:
    """Column `hold_flags`. A mark nobody understands stops contact: the safe reading."""
    found = [_minor(sheet), _insolvent(sheet)]
    for key in sheet.keys("hold_flags"):
        text = pl.col(key).str.to_lowercase()
        header = sheet.names[key]
        table = table_for(said_of(profile, sheet.name).flags, header)
        flag, strange = _meaning(text, header, table)
        sheet.flag("unknown_enum", key, strange)
        sheet.add(**{f"{key}:hold": flag})
        flag = pl.col(f"{key}:hold")
        for reason in HoldReason:
            sheet.flag(f"hold_{reason.value}", key, flag == reason.value)
        found.append(flag)
    sheet.add(hold_flags=pl.concat_list(found).list.drop_nulls().list.unique().list.sort())


def _meaning(
    text: pl.Expr, header: str, table: Mapping[str, Any] | None
) -> tuple[pl.Expr, pl.Expr]:
    """The flag that a cell raises, and whether nobody knows the word."""
    flagged = _MARKED.sub("", normal_heading(header))
    usual = FLAG_HEADINGS.get(flagged, HoldReason.STOP_CONTACT)
    said = {cleaning.fold(word): value for word, value in (table or {}).items()}
    flags = {word: flag.value for word, flag in FLAG_VALUES.items()}
    flags |= dict.fromkeys(FLAG_YES, usual.value)
    flags = {word: flag for word, flag in flags.items() if word not in said}
    flags |= {word: str(value) for word, value in said.items() if value}
    silent = {word for word in FLAG_NO if word not in said}
    silent |= {word for word, value in said.items() if not value}
    named = text.replace_strict(flags, default=None, return_dtype=pl.String)
    strange = text.is_not_null() & named.is_null() & ~text.is_in(sorted(silent))
    strange = strange.fill_null(value=False)
    stopped = pl.when(strange).then(pl.lit(HoldReason.STOP_CONTACT.value))
    return pl.coalesce(named, stopped), strange


def _minor(sheet: Sheet) -> pl.Expr:
    if "born" not in sheet.frame.columns:
        return pl.lit(None, dtype=pl.String)
    young = pl.col("born").dt.offset_by("18y") > pl.col("as_of")
    by_id = pl.col("born_by_id")
    sheet.flag("hold_minor", sheet.key("id_no"), young & by_id)
    sheet.flag("hold_minor", sheet.key("birth_date"), young & ~by_id)
    return pl.when(young).then(pl.lit(HoldReason.MINOR.value))


def _insolvent(sheet: Sheet) -> pl.Expr:
    insolvent = pl.col("litigation") == "bankruptcy"
    sheet.flag("hold_bankruptcy", sheet.key("litigation_status"), insolvent)
    return pl.when(insolvent).then(pl.lit(HoldReason.BANKRUPTCY.value))
