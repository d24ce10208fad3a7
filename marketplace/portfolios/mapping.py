"""Which column means what: suggested from the headings, decided by a person, remembered."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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
    REGION_RANK,
    Unit,
    field_of,
    normal_heading,
    unit_of,
)

SAMPLES = 3


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

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"unit": self.unit.value}


ColumnMapping = Mapping[str, ColumnTarget]


def suggest_mapping(
    headers: Sequence[str],
    samples: Sequence[Sequence[str]],
    units: Sequence[Unit | None] = (),
) -> list[ColumnSuggestion]:
    """What each heading seems to mean; no field twice, unless several columns may fill it."""
    taken: set[str] = set()
    region = _best_region(headers)
    suggestions = []
    for place, header in enumerate(headers):
        field = field_of(header)
        if (field in taken and field not in MANY) or (
            field == "region_code" and place != region
        ):
            field = ""
        taken.add(field)
        unit = (units[place] if place < len(units) else None) or unit_of(header) or Unit.MAJOR
        cells = [cell for cell in samples[place] if cell.strip()][:SAMPLES]
        suggestions.append(
            ColumnSuggestion(
                header, field, unit,
                tuple(mask_cell(field, cell) for cell in cells),
                tuple(mask_cell(field, cell) for cell in _cleaned(cells)),
            )
        )  # fmt: skip
    return suggestions


def suggest_for(layout: Layout) -> list[ColumnSuggestion]:
    """A suggestion for every heading of every sheet, each heading once."""
    columns: dict[str, tuple[Sequence[str], Unit | None]] = {}
    for table in layout.tables:
        for place, header in enumerate(table.headers):
            cells = table.frame[str(place)]
            if header and header not in columns:
                filled = cells.filter(cells.str.strip_chars() != "").head(SAMPLES).to_list()
                columns[header] = (filled, table.units[place])
    if len(layout.tables) == 1:
        return suggest_mapping(
            list(columns), [c for c, _u in columns.values()], [u for _c, u in columns.values()]
        )
    # Sheets name the same field differently: each is judged among its own headings.
    found: dict[str, ColumnSuggestion] = {}
    for table in layout.tables:
        names = [header for header in table.headers if header]
        for one in suggest_mapping(
            names, [columns[name][0] for name in names], [columns[name][1] for name in names]
        ):
            found.setdefault(one.header, one)
    return list(found.values())


def _best_region(headers: Sequence[str]) -> int | None:
    ranked = [
        (REGION_RANK.index(name) if (name := normal_heading(header)) in REGION_RANK else 99, i)
        for i, header in enumerate(headers)
        if field_of(header) == "region_code"
    ]
    return min(ranked)[1] if ranked else None


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
        fields = [mapping[name].field for name in table["headers"] if name in mapping]
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
