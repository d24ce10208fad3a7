"""The people of a tape, sealed: each under a key of their own, many at a time.

A key for each person, not for the tape, is what makes forgetting one person possible; it costs
two seals and a blind index a person, and is most of the time that sealing takes.
"""

import os
from collections.abc import Iterator

import polars as pl

from marketplace.core.vault import Vault
from marketplace.portfolios.personal import personal_place

PERSON = ("name", "id_no", "mobile", "mobile_alt", "email", "address", "employer")
PEOPLE = (
    "person_index bytea, personal_key bytea, personal bytea, name_masked text, id_masked text,"
    " phone_masked text, phone_index bytea"
)


def person_indexes(people: pl.Series, lender_id: int, keys: Vault) -> pl.Series:
    """Equal for equal people; what stands for a person without identity is the lender's own."""
    unique = people.unique().to_list()
    own = (f"{lender_id}:{one}" if one.startswith("case:") else one for one in unique)
    indexes = dict(zip(unique, keys.blind_indexes(own, kind="person"), strict=True))
    return people.replace_strict(indexes, return_dtype=pl.Binary).alias("person_index")


def sealed_people(
    cases: pl.DataFrame, indexes: pl.Series, lender_id: int, keys: Vault
) -> pl.DataFrame:
    """Each person once, as their last row has them."""
    latest = (
        cases.select(PERSON)
        .with_columns(indexes.alias("index"))
        .unique("index", keep="last", maintain_order=True)
    )
    filled = [pl.col(name).fill_null("") for name in PERSON]
    plain = latest.select(pl.struct(filled).struct.json_encode())
    phones = latest["mobile"]
    numbers = phones.drop_nulls().unique()
    found = keys.blind_indexes(numbers.to_list(), kind="phone")
    phone_index = dict(zip(numbers.to_list(), found, strict=True))
    sealed = _sealed(latest["index"].to_list(), plain.to_series().to_list(), lender_id, keys)
    rows = pl.DataFrame(
        list(sealed), schema={"key": pl.Binary, "data": pl.Binary}, orient="row"
    )
    masked = latest.select(
        name=pl.when(pl.col("name") == "–").then("name").otherwise(
            pl.col("name").str.slice(0, 1) + "**"
        ),
        id=_mask_id(pl.col("id_no")),
        phone=_mask_phone(pl.col("mobile")),
    )  # fmt: skip
    indexed = phones.replace_strict(phone_index, default=None, return_dtype=pl.Binary)
    return pl.concat(
        [latest.select("index"), rows, masked, indexed.alias("phone_index").to_frame()],
        how="horizontal",
    )


def _sealed(
    indexes: list[bytes], plain: list[str], lender_id: int, keys: Vault
) -> Iterator[tuple[bytes, bytes]]:
    for index, words in zip(indexes, plain, strict=True):
        yield keys.seal_under_new_key(
            words.encode(), place=personal_place(lender_id, index), chance=os.urandom(_CHANCE)
        )


_CHANCE = 56
"""A key of 32 bytes and two nonces of 12: asked of the system at once."""


def _mask_id(number: pl.Expr) -> pl.Expr:
    """`personal.mask_id` of a column."""
    stars = (
        pl.lit("*").repeat_by((number.str.len_chars().cast(pl.Int64) - 5).clip(0)).list.join("")
    )
    tail = number.str.slice(-4)
    return pl.when(number != "").then(number.str.slice(0, 1) + stars + tail)


def _mask_phone(number: pl.Expr) -> pl.Expr:
    """`personal.mask_phone` of a column."""
    length = number.str.len_chars()
    stars = pl.lit("*").repeat_by(length).list.join("")
    long = number.str.slice(0, 3) + "****" + number.str.slice(-4)
    return pl.when(number != "").then(pl.when(length >= 7).then(long).otherwise(stars))
