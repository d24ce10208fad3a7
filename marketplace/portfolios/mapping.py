"""Which column means what: suggested from the headings, decided by a person, remembered."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import select

from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.words import Code, _
from marketplace.portfolios.cleaning import coded
from marketplace.portfolios.detecting import Layout
from marketplace.portfolios.models import MappingTemplate, Tape
from marketplace.portfolios.personal import mask_id, mask_name, mask_phone
from marketplace.portfolios.vocabulary import (
    FEATURE,
    FIELDS,
    MANY,
    PERSONAL,
    PROTECTED,
)
from marketplace.portfolios.voting import JUDGED, Column, means_status, vote
from marketplace.portfolios.wording import (
    ELSE,
    LAST,
    Unit,
    field_of,
    nearest_field,
    normal_heading,
    standing_of,
    unit_of,
)

SAMPLES = 3
OF = " ▸ "
"""Between sheet and heading, where a heading means something else on another sheet."""


@dataclass(frozen=True)
class ColumnTarget:
    """What a column is: a field (or nothing), and the unit of its amounts."""

    field: str
    unit: Unit = Unit.MAJOR


@dataclass(frozen=True)
class ColumnSuggestion:
    """A column as found, and what it seems to be. Personal samples are masked."""

    header: str
    field: str
    unit: Unit
    before: tuple[str, ...]
    after: tuple[str, ...]
    guess: str = ""
    """A field whose usual headings look much alike, where nothing else tells: a hint only."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"unit": self.unit.value}


ColumnMapping = Mapping[str, ColumnTarget]


def suggest_mapping(
    headers: Sequence[str],
    samples: Sequence[Sequence[str]],
    units: Sequence[Unit | None] = (),
    market: str = "CN",
) -> list[ColumnSuggestion]:
    """What each heading seems to mean; no field twice, unless several columns may fill it.

    Headings that say nothing are judged by their values; see `voting`.
    """
    scales = [
        (units[place] if place < len(units) else None) or unit_of(header) or Unit.MAJOR
        for place, header in enumerate(headers)
    ]
    columns = [
        Column(header, pl.Series(list(cells)[:JUDGED], dtype=pl.String), unit.minor)
        for header, cells, unit in zip(headers, samples, scales, strict=True)
    ]
    named = _by_heading(columns)
    named |= vote(columns, named, market)
    suggestions = []
    for place, header in enumerate(headers):
        field = named.get(place, "")
        cells = [cell for cell in samples[place] if cell.strip()][:SAMPLES]
        suggestions.append(
            ColumnSuggestion(
                header, field, scales[place],
                tuple(mask_cell(field, cell) for cell in cells),
                tuple(mask_cell(field, cell) for cell in _cleaned(cells)),
                "" if field else nearest_field(header),
            )
        )  # fmt: skip
    return suggestions


def _by_heading(columns: Sequence[Column]) -> dict[int, str]:
    named: dict[int, str] = {}
    certain = {
        field_of(column.header)
        for column in columns
        if normal_heading(column.header) not in ELSE
    }
    standing = [standing_of(column.header) for column in columns]
    for place in sorted(range(len(columns)), key=lambda place: (standing[place][1], place)):
        column, (field, rank) = columns[place], standing[place]
        other = ELSE.get(normal_heading(column.header), "")
        taken = set(named.values())
        if other and (field in certain - set(MANY) or _says(column, other)):
            field = other
        if field in taken and (field not in MANY or (field, rank) == ("penalty_fees", LAST)):
            # A second number of the debtor is another way to reach them; whether the balance
            # holds more fees than those that say so, its sum tells.
            field = "mobile_alt" if field == "mobile" else ""
        if field:
            named[place] = field
    return named


def _says(column: Column, other: str) -> bool:
    return other == "litigation_status" and means_status(
        normal_heading(column.header), column.cells
    )


def target_of(mapping: ColumnMapping, sheet: str, header: str) -> ColumnTarget | None:
    """What a column is: what was said of this sheet's heading, else of the heading."""
    return mapping.get(f"{sheet}{OF}{header}") or mapping.get(header)


def suggest_for(layout: Layout, market: str = "CN") -> list[ColumnSuggestion]:
    """A suggestion for every heading of every sheet.

    A heading that several sheets share is named once, unless it means something else there.
    """
    found: dict[str, ColumnSuggestion] = {}
    for table in layout.tables:
        places = [place for place, header in enumerate(table.headers) if header]
        judged = next(table.body.pieces()).head(JUDGED * 4)
        cells = [judged[str(place)] for place in places]
        filled = [one.filter(one.str.strip_chars() != "").head(JUDGED) for one in cells]
        for one in suggest_mapping(
            [table.headers[place] for place in places],
            _aligned(cells, filled),
            [table.units[place] for place in places],
            market,
        ):
            known = found.setdefault(one.header, one)
            if (known.field, known.unit) != (one.field, one.unit):
                name = f"{table.sheet}{OF}{one.header}"
                found[name] = replace(one, header=name)
    return list(found.values())


def _aligned(cells: Sequence[pl.Series], filled: Sequence[pl.Series]) -> list[list[str]]:
    """The first rows as they stand, so that sums can be compared; rare columns as they fill."""
    return [
        one.head(JUDGED).to_list()
        if (one.head(JUDGED).str.strip_chars() != "").sum() >= min(SAMPLES, some.len())
        else some.to_list()
        for one, some in zip(cells, filled, strict=True)
    ]


def _cleaned(cells: Sequence[str]) -> list[str]:
    frame = pl.DataFrame({"cell": list(cells)}, schema={"cell": pl.String})
    return [cell or "" for cell in frame.select(coded(pl.col("cell")))["cell"].to_list()]


def mask_cell(field: str, value: str) -> str:
    """A cell as it may be shown: enough to find it again, not enough to know it."""
    if field not in PERSONAL or not value:
        return value[:80]
    if field == "debtor_name":
        return mask_name(value)
    if field in ("mobile", "mobile_alt", "contact_phone") and len(value) >= 11:
        return mask_phone(value)
    if field in ("id_no", "account_no", "contract_no") and len(value) >= 12:
        return mask_id(value)
    return f"{value[:1]}***"


def as_mapping(suggestions: Sequence[ColumnSuggestion]) -> dict[str, ColumnTarget]:
    return {one.header: ColumnTarget(one.field, one.unit) for one in suggestions}


def mapping_as_json(mapping: ColumnMapping) -> dict[str, Any]:
    return {
        header: {"field": target.field, "unit": target.unit.value}
        for header, target in mapping.items()
    }


def mapping_from_json(stored: Mapping[str, Any]) -> dict[str, ColumnTarget]:
    return {
        header: ColumnTarget(target["field"], Unit(target["unit"]))
        for header, target in stored.items()
    }


# Checking


def check_mapping(
    mapping: ColumnMapping, layout: Mapping[str, Any], *, market: str, anonymous: bool
) -> None:
    """Refuse a mapping that cannot be imported, naming what is missing or wrong."""
    for table in layout["tables"]:
        targets = [target_of(mapping, table["sheet"], name) for name in table["headers"]]
        fields = [target.field for target in targets if target]
        _check_fields(fields)
        missing = _missing(set(fields), market, anonymous)
        if missing:
            raise Refusal(
                _(
                    "These columns are needed and missing: %(names)s.",
                    names=", ".join(str(Code(field)) for field in missing),
                ),
                next_step=_("Choose for each of them the column that holds it."),
            )


def _check_fields(fields: Sequence[str]) -> None:
    for field in fields:
        if not field:
            continue
        feature = field.removeprefix(FEATURE) if field.startswith(FEATURE) else None
        if feature is not None and _is_protected(feature):
            raise Refusal(
                _("%(name)s says who a person is and is not kept as a feature.", name=feature),
                next_step=_("Leave this column out."),
            )
        if feature is None and field not in FIELDS:
            raise Refusal(_("There is no field named %(name)s.", name=field))
        if fields.count(field) > 1 and field not in MANY:
            raise Refusal(
                _("Several columns are said to be %(name)s.", name=Code(field)),
                next_step=_("Choose one of them and leave the others out."),
            )


def _is_protected(name: str) -> bool:
    return normal_heading(name) in {normal_heading(word) for word in PROTECTED}


def _missing(fields: set[str], market: str, anonymous: bool) -> list[str]:
    needed = ["lender_case_no", "principal"]
    if not anonymous:
        needed += ["debtor_name", "mobile"]
        needed += ["id_no"] if market == "CN" else []
    missing = [field for field in needed if field not in fields]
    if "placed_balance" not in fields and not {"interest", "penalty_fees"} <= fields:
        missing.append("placed_balance")
    if not fields & {"dpd", "first_overdue_date"}:
        missing.append("dpd")
    return missing


# Templates


def headers_sha256(headers: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(headers).encode()).hexdigest()


def saved_mapping(lender_id: int, headers: Sequence[str]) -> dict[str, ColumnTarget] | None:
    """What the lender confirmed last time for the same headings."""
    stored = db.session.scalar(
        select(MappingTemplate.mapping).where(
            MappingTemplate.lender_id == lender_id,
            MappingTemplate.headers_sha256 == headers_sha256(headers),
        )
    )
    return None if stored is None else mapping_from_json(stored)


def save_mapping(
    lender_id: int, headers: Sequence[str], mapping: ColumnMapping, *, now: datetime
) -> None:
    digest = headers_sha256(headers)
    template = db.session.scalar(
        select(MappingTemplate).where(
            MappingTemplate.lender_id == lender_id, MappingTemplate.headers_sha256 == digest
        )
    )
    if template is None:
        template = MappingTemplate(lender_id=lender_id, headers_sha256=digest)
        db.session.add(template)
    template.mapping = mapping_as_json(mapping)
    template.updated_at = now


def mapping_of(tape: Tape) -> dict[str, ColumnTarget]:
    """What the columns of a tape are said to be: suggested, saved or confirmed."""
    return mapping_from_json(tape.mapping)
