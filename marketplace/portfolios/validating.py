"""Judging a tape: every defect of every row, and the clean rows that can become cases.

Rows are judged a piece at a time. What a rule must know of other rows is looked up before
(`habits`) or remembered (`Seen`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from marketplace.portfolios import cleaning, identity, rules
from marketplace.portfolios.assembling import Sheet, Skipped, assemble
from marketplace.portfolios.detecting import Layout
from marketplace.portfolios.habits import Habits, Seen, habits_of, is_coded
from marketplace.portfolios.mapping import ColumnMapping, mask_cell
from marketplace.portfolios.profiles import Profile, said_of
from marketplace.portfolios.vocabulary import PERSONAL

WARNS = frozenset((
    "not_footing", "contract_in_book", "dpd_mismatch", "dpd_derived", "overdue_date_derived",
    "open_after_default", "stale_balance", "recall_window", "rate_over_24", "bad_optional_date",
    "future_optional_date", "missing_last_payment", "birth_id_mismatch", "age_over_100",
    "card_luhn", "bad_optional_id", "phone_part_invalid", "formula_in_text", "unknown_enum",
    "amount_dash_zero", "unit_in_cell", "invisible_chars", "fullwidth_chars",
    "zip_leading_zero",
))  # fmt: skip
"""Kinds that are told and accepted, as is every `hold_…`; all others reject the row."""

WHOLE_ROW = frozenset(("duplicate_row", "extra_cells"))
"""Kinds that no single column is to blame for."""

CASE_COLUMNS = (
    "sheet", "row", "case_no", "contract_no", "person", "name", "id_no", "mobile",
    "mobile_alt", "email", "address", "employer", "product", "region", "currency",
    "loan_minor", "principal_minor", "interest_minor", "fees_minor", "balance_minor",
    "balance_as_of", "opened_on", "overdue_on", "dpd", "score", "last_payment_on",
    "limitation_on", "consented",
    "placement_round", "security", "litigation", "hold_flags", "features",
)  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """What a tape does not say about itself."""

    market: str
    currency: str
    as_of: date
    product: str = "other"
    region: str = ""
    opened_on: date | None = None
    placement_start: date | None = None
    recall_due: date | None = None
    anonymous: bool = False
    limit: int | None = None
    profile: Profile = field(default_factory=dict)

    def given(self, sheet: str, name: str) -> Any:
        """What the profile says of a column that a sheet does not have."""
        return said_of(self.profile, sheet).defaults.get(name)

    def day(self, sheet: str, name: str) -> date | None:
        usual = {
            "balance_as_of": self.as_of, "open_date": self.opened_on,
            "placement_start": self.placement_start, "recall_due": self.recall_due,
        }  # fmt: skip
        return said_of(self.profile, sheet).day(name) or usual[name]

    def word(self, column: str) -> str:
        """What an empty cell of a closed list means."""
        return {"product": self.product, "security": "unsecured", "litigation": "none"}[column]


Amend = Callable[[Sheet], None]
"""Puts what a person has corrected into the rows."""


@dataclass(frozen=True, eq=False)
class Judged:
    """A piece of a tape: all its rows with what was read of them, the valid ones as `cases`,
    and a line per defect."""

    sheet: str
    frame: pl.DataFrame
    cases: pl.DataFrame
    issues: pl.DataFrame
    skipped: list[Skipped]
    warned: int
    control_minor: int
    debtors: int
    """How many that no piece before had."""

    names: dict[str, str]

    def heading(self, field: str) -> str:
        """What a person calls the first column of a field; empty where there is none."""
        return next((title for key, title in self.names.items()
                     if key.rpartition("#")[0] == field), "")  # fmt: skip


@dataclass(frozen=True, eq=False)
class Checked:
    """What was found of a whole tape; `issues` has sheet, row, column, kind, rejects, value."""

    issues: pl.DataFrame
    skipped: list[Skipped]
    counts: dict[str, Any]


def rejects(kind: str) -> bool:
    return kind not in WARNS and not kind.startswith("hold_")


def validate(
    layout: Layout, mapping: ColumnMapping, terms: Terms, amend: Amend | None = None
) -> Checked:
    """Check every row of every sheet; nothing stops at the first defect."""
    return summed(judged(layout, mapping, terms, amend))


def judged(
    layout: Layout, mapping: ColumnMapping, terms: Terms, amend: Amend | None = None
) -> Iterator[Judged]:
    """The pieces of a tape one after the other; at least one of every sheet."""
    habits = habits_of(_sheets(layout, mapping, terms, amend))
    seen = Seen()
    for sheet in _sheets(layout, mapping, terms, amend):
        yield _judge(sheet, terms, layout.date_system, habits[sheet.name], seen)


def _sheets(
    layout: Layout, mapping: ColumnMapping, terms: Terms, amend: Amend | None
) -> Iterator[Sheet]:
    left = terms.limit
    for table in layout.tables:
        for rows in table.body.pieces():
            sheet = assemble(table, rows, mapping)
            if amend is not None:
                amend(sheet)
            if left is not None:
                sheet.frame = sheet.frame.head(left)
                left -= sheet.frame.height
            yield sheet


def _judge(sheet: Sheet, terms: Terms, date_system: int, habits: Habits, seen: Seen) -> Judged:
    _mark_letters(sheet, seen)
    rules.parse_dates(sheet, terms, date_system)
    rules.parse_amounts(sheet, habits.commas)
    _mark_duplicates(sheet, seen)
    rules.judge_dates(sheet, terms)
    identity.judge_identity(sheet, terms)
    identity.judge_person(sheet, terms)
    rules.judge_amounts(sheet, terms)
    rules.judge_words(sheet, terms, habits.highest_rate)
    issues = _issues(sheet)
    rejected = issues.filter(pl.col("rejects")).select("i").unique()
    valid = sheet.frame.join(rejected, on="i", how="anti").sort("i")
    warned = issues.filter(~pl.col("rejects")).select("i").unique()
    return Judged(
        sheet=sheet.name,
        frame=sheet.frame,
        cases=valid.select(CASE_COLUMNS),
        issues=issues.drop("i"),
        skipped=sheet.skipped,
        warned=valid.join(warned, on="i", how="semi").height,
        control_minor=int(sheet.frame["principal:all"].sum()),
        debtors=seen.new_debtors(valid["counted"]),
        names=sheet.names,
    )


def _mark_letters(sheet: Sheet, seen: Seen) -> None:
    """Note letters that nobody sees, then clean every cell."""
    keys = [c for c in sheet.frame.columns if "#" in c and ":" not in c]
    sheet.add(duplicate=pl.lit(seen.rows_again(sheet.frame.select(sorted(keys)))))
    for key in keys:
        if is_coded(key):
            raw = sheet.frame[key]
            for kind, letters in _LETTERS.items():
                found = raw.str.contains(letters).fill_null(value=False)
                if found.any():
                    sheet.flag(kind, key, pl.lit(found))
    sheet.frame = sheet.frame.with_columns(
        **{f"{key}:raw": pl.col(key) for key in keys},
        **{key: cleaning.cleaned(sheet.frame[key], as_code=is_coded(key)) for key in keys},
    )


_LETTERS = {"invisible_chars": cleaning.INVISIBLE, "fullwidth_chars": cleaning.FULLWIDTH}


def _mark_duplicates(sheet: Sheet, seen: Seen) -> None:
    case_key = sheet.key("lender_case_no")
    sheet.add(case_no=pl.col(case_key) if case_key else pl.lit(None, dtype=pl.String))
    sheet.flag("duplicate_row", case_key, pl.col("duplicate"))
    again = pl.lit(seen.numbers_again(sheet.frame["case_no"]))
    sheet.flag("duplicate_case_no", case_key, again)
    sheet.flag("missing_case_no", case_key, pl.col("case_no").is_null())
    sheet.flag("case_no_too_long", case_key, pl.col("case_no").str.len_chars() > 100)
    sheet.flag("extra_cells", case_key, pl.col("extra"))


def _issues(sheet: Sheet) -> pl.DataFrame:
    parts = []
    for name, what in sheet.flags.items():
        kind, _bar, key = what.partition("|")
        found = sheet.frame.filter(pl.col(name))
        if found.height:
            parts.append(
                found.select(
                    "i", "sheet", "row", pl.lit(key).alias("column"),
                    pl.lit(kind).alias("kind"), pl.lit(rejects(kind)).alias("rejects"),
                    pl.col(f"{key}:raw").fill_null("").alias("value"),
                )
            )  # fmt: skip
    if not parts:
        return pl.DataFrame(schema=_ISSUES)
    whole = pl.concat(parts).unique(["i", "column", "kind"]).sort("i", "column", "kind")
    return _for_people(whole, sheet)


_ISSUES = {
    "i": pl.UInt32, "sheet": pl.String, "row": pl.Int64, "column": pl.String,
    "kind": pl.String, "rejects": pl.Boolean, "value": pl.String,
}  # fmt: skip


def _for_people(issues: pl.DataFrame, sheet: Sheet) -> pl.DataFrame:
    """Columns as the person named them; personal values masked."""
    rows = [
        (i, name, row, _place(sheet, kind, key), kind, rejected, _shown(key, value))
        for i, name, row, key, kind, rejected, value in issues.iter_rows()
    ]
    return pl.DataFrame(rows, schema=_ISSUES, orient="row")


def _place(sheet: Sheet, kind: str, key: str) -> str:
    return "" if kind in WHOLE_ROW else sheet.names.get(key, key)


def _shown(key: str, value: str) -> str:
    field = key.rpartition("#")[0]
    return mask_cell(field if field in PERSONAL else "dpd", value.strip())


def summed(pieces: Iterable[Judged]) -> Checked:
    """What the pieces of a tape come to together."""
    issues, skipped = [], []
    sums: Counter[str] = Counter(dict.fromkeys(_SUMS, 0))
    kinds: Counter[str] = Counter()
    holds: Counter[str] = Counter()
    by_sheet: dict[str, list[int]] = {}
    for one in pieces:
        issues.append(one.issues)
        skipped += one.skipped
        sums.update(
            rows_total=one.frame.height, rows_valid=one.cases.height, rows_warned=one.warned,
            principal_minor=int(one.cases["principal_minor"].sum()),
            balance_minor=int(one.cases["balance_minor"].sum()),
            control_principal_minor=one.control_minor, distinct_debtors=one.debtors,
        )  # fmt: skip
        kinds.update(dict(one.issues.group_by("kind").len().iter_rows()))
        holds.update(dict(_holds(one.cases).iter_rows()))
        rows, minor = by_sheet.get(one.sheet, (0, 0))
        by_sheet[one.sheet] = [rows + one.frame.height, minor + one.control_minor]
    return Checked(
        pl.concat(issues),
        skipped,
        {
            **sums,
            "rows_rejected": sums["rows_total"] - sums["rows_valid"],
            "rows_skipped": len(skipped),
            # Data rows and principal of each sheet, rejected rows and duplicates too.
            "by_sheet": by_sheet,
            "by_kind": dict(sorted(kinds.items())),
            "holds": dict(sorted(holds.items())),
        },
    )


_SUMS = (
    "rows_total", "rows_valid", "rows_warned", "principal_minor", "balance_minor",
    "control_principal_minor", "distinct_debtors",
)  # fmt: skip


def _holds(valid: pl.DataFrame) -> pl.DataFrame:
    flags = valid.select(pl.col("hold_flags").list.unique().explode().drop_nulls())
    return flags.group_by("hold_flags").len()
