"""A tape against the lender's book: which cases are known, and which loans are there already.

A known case number is brought up to date. A contract number that stands under another case
number is told: it may be one loan that would be collected twice.
"""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl
from sqlalchemy import text

from marketplace.core.bulk import read_rows
from marketplace.core.db import db
from marketplace.portfolios.mapping import mask_cell
from marketplace.portfolios.staging import as_csv, fill, make_staging
from marketplace.portfolios.validating import Judged

KIND = "contract_in_book"

_KNOWN = """
SELECT count(*) FROM tape_numbers t
  JOIN cases c ON c.lender_id = :lender AND c.lender_case_no = t.case_no"""
_DOUBLES = """
SELECT t.sheet, t.row, t.contract_no FROM tape_numbers t
 WHERE EXISTS (SELECT 1 FROM cases c WHERE c.lender_id = %(lender)s
   AND c.contract_no = t.contract_no AND c.lender_case_no <> t.case_no) ORDER BY t.row"""
_NUMBERS = {"sheet": "text", "row": "bigint", "case_no": "text", "contract_no": "text"}


class Book:
    """What a lender has already. `known` counts the cases that pieces met in it."""

    def __init__(self, lender_id: int) -> None:
        self.known = 0
        self._lender = {"lender": lender_id}

    def compare(self, pieces: Iterator[Judged]) -> Iterator[Judged]:
        """The same pieces, with an issue for each contract that is there under another case."""
        has_any = "SELECT EXISTS (SELECT 1 FROM cases WHERE lender_id = :lender)"
        if not db.session.execute(text(has_any), self._lender).scalar_one():
            yield from pieces
            return
        make_staging("tape_numbers", ", ".join(f"{n} {t}" for n, t in _NUMBERS.items()))
        for piece in pieces:
            rows = as_csv(piece.cases.select(list(_NUMBERS)))
            fill(db.session.connection(), "tape_numbers", rows)
            self.known += db.session.execute(text(_KNOWN), self._lender).scalar_one()
            yield replace(piece, issues=pl.concat([piece.issues, self._doubles(piece)]))

    def _doubles(self, piece: Judged) -> pl.DataFrame:
        found = read_rows(
            _DOUBLES, self._lender,
            {"sheet": pl.String, "row": pl.Int64, "value": pl.String},
        )  # fmt: skip
        masked = [mask_cell("contract_no", value) for value in found["value"]]
        return found.select(
            "sheet", "row", column=pl.lit(piece.heading("contract_no")), kind=pl.lit(KIND),
            rejects=pl.lit(value=False), value=pl.Series(masked, dtype=pl.String),
        )  # fmt: skip
