"""What a person confirms about a tape beside its columns: defaults, and what words mean.

A profile is keyed by sheet name, "" for a text file and for sheets that are not named; where
all sheets are alike it may be what stands under "" alone:

    {"": {"import_defaults": {"balance_as_of": "2025-06-30", "currency": "CNY"},
          "enum_values": {"产品类型": {"信用卡": "credit_card"}},
          "flag_values": {"停催": {"是": "stop_contact", "否": null}},
          "date_order": "ymd",
          "mapping": {"本金": {"field": "principal", "unit_multiplier": "10000"}}}}
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marketplace.compliance import HoldReason
from marketplace.core.errors import Refusal
from marketplace.core.words import _
from marketplace.portfolios.cleaning import fold
from marketplace.portfolios.mapping import OF, ColumnTarget, target_of
from marketplace.portfolios.tables import Table
from marketplace.portfolios.vocabulary import (
    FEATURE,
    FIELDS,
    LITIGATION,
    PRODUCTS,
    SECURITIES,
)
from marketplace.portfolios.wording import Unit, normal_heading

ORDERS = ("ymd", "mdy", "dmy")
_KNOWN = frozenset((
    "import_defaults", "enum_values", "flag_values", "mapping", "columns", "date_order",
))  # fmt: skip
_DAYS = ("balance_as_of", "placement_start", "recall_due", "open_date")
_UNITS = {unit.multiplier: unit for unit in Unit} | {unit.value: unit for unit in Unit}
_LONG_NAMES = {
    "hold_flags[]": "hold_flags", "contacts[].name": "contact_name",
    "contacts[].phone": "contact_phone", "contacts[].relation": "contact_relation",
}  # fmt: skip
SCHEMA_NAMES = {short: long for long, short in _LONG_NAMES.items()}
"""Fields that the published case schema writes as lists."""


@dataclass(frozen=True)
class SheetProfile:
    """What was confirmed for one sheet."""

    defaults: Mapping[str, Any] = field(default_factory=dict)
    enums: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    flags: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    mapping: Mapping[str, ColumnTarget] = field(default_factory=dict)
    order: str = ""

    def day(self, name: str) -> date | None:
        value = self.defaults.get(name)
        return date.fromisoformat(str(value)) if value else None


Profile = Mapping[str, SheetProfile]
_EMPTY = SheetProfile()


def read_profile(stored: Any) -> dict[str, SheetProfile]:
    """Check a profile as it comes from a file, or refuse it and say where it is wrong."""
    if not isinstance(stored, Mapping):
        raise _wrong("", _("it must be an object keyed by sheet name"))
    if stored and stored.keys() <= _KNOWN:
        stored = {"": stored}
    # Where a sheet has no name, some write null for it.
    nameless = (None, "null")
    named = {"" if name in nameless else str(name): one for name, one in stored.items()}
    return {sheet: _sheet(sheet, given) for sheet, given in named.items()}


def said_of(profile: Profile, sheet: str) -> SheetProfile:
    """What was confirmed for a sheet, or for every sheet that is not named.

    A text file has one sheet without a name: the only entry of a profile is about it.
    """
    if not sheet and len(profile) == 1:
        return next(iter(profile.values()))
    return profile.get(sheet) or profile.get("") or _EMPTY


def _sheet(sheet: str, given: Any) -> SheetProfile:
    if not isinstance(given, Mapping):
        raise _wrong(sheet, _("it must be an object"))
    if strange := sorted(set(given) - _KNOWN):
        raise _wrong(sheet, strange[0])
    defaults = _object(sheet, given, "import_defaults")
    profile = SheetProfile(
        defaults,
        _tables(sheet, given, "enum_values"),
        _tables(sheet, given, "flag_values"),
        _mapping(sheet, given.get("mapping") or given.get("columns") or {}),
        str(given.get("date_order") or ""),
    )
    if profile.order and profile.order not in ORDERS:
        raise _wrong(sheet, f"date_order: {profile.order}")
    for name in _DAYS:
        try:
            profile.day(name)
        except ValueError as error:
            raise _wrong(sheet, f"{name}: {defaults[name]}") from error
    return profile


def _object(sheet: str, given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name) or {}
    if not isinstance(found, Mapping):
        raise _wrong(sheet, name)
    return found


def _tables(sheet: str, given: Mapping[str, Any], name: str) -> Mapping[str, Mapping[str, Any]]:
    tables = _object(sheet, given, name)
    if not all(isinstance(table, Mapping) for table in tables.values()):
        raise _wrong(sheet, name)
    if name == "flag_values":
        means = {str(one) for table in tables.values() for one in table.values() if one}
        if strange := sorted(means - {reason.value for reason in HoldReason}):
            raise _wrong(sheet, f"{name}: {strange[0]}")
    return tables


def _mapping(sheet: str, given: Any) -> dict[str, ColumnTarget]:
    """A mapping by heading, or a list of columns as the import prints it."""
    pairs: Iterable[tuple[str, Any]]
    if isinstance(given, Mapping):
        pairs = given.items()
    elif isinstance(given, list) and all(isinstance(one, Mapping) for one in given):
        pairs = [(str(one.get("header") or ""), one) for one in given]
    else:
        raise _wrong(sheet, "mapping")
    return {header: _target(sheet, header, what) for header, what in pairs if header}


def _target(sheet: str, header: str, what: Any) -> ColumnTarget:
    given = what if isinstance(what, Mapping) else {"field": what}
    name = str(given.get("field") or "")
    name = _LONG_NAMES.get(name, name)
    unit = _UNITS.get(str(given.get("unit_multiplier") or given.get("unit") or "1"))
    if unit is None or (name and name not in FIELDS and not name.startswith(FEATURE)):
        raise _wrong(sheet, f"{header}: {name or given}")
    return ColumnTarget(name, unit)


def _wrong(sheet: str, what: Any) -> Refusal:
    return Refusal(
        _('The profile is wrong at sheet "%(sheet)s": %(what)s.', sheet=sheet, what=what),
        next_step=_("See the form of a profile in the operations manual."),
    )


def confirmed(
    profile: Profile, mapping: Mapping[str, ColumnTarget], tables: Iterable[Table]
) -> dict[str, ColumnTarget]:
    """The mapping with what the profile says of columns over it."""
    said: dict[str, ColumnTarget] = {}
    for table in tables:
        one = said_of(profile, table.sheet)
        told = _told(one, mapping, table) | dict(one.mapping)
        said |= {f"{table.sheet}{OF}{header}": target for header, target in told.items()}
    return dict(mapping) | said


_CLOSED: dict[str, Mapping[str, str]] = {
    "product_type": PRODUCTS, "security": SECURITIES, "litigation_status": LITIGATION,
}  # fmt: skip


def _told(
    profile: SheetProfile, mapping: Mapping[str, ColumnTarget], table: Table
) -> dict[str, ColumnTarget]:
    """Columns that have a table of flags, or of words that belong to one closed list."""
    targets = {name: target_of(mapping, table.sheet, name) for name in table.headers if name}
    fields = {name: target.field if target else "" for name, target in targets.items()}
    told = {}
    for header, name in fields.items():
        words = table_for(profile.enums, header)
        if table_for(profile.flags, header) is not None:
            told[header] = ColumnTarget("hold_flags")
        elif words and name not in _CLOSED:
            means = {fold(word) for word in words.values()}
            fits = [one for one, known in _CLOSED.items() if means <= known.keys()]
            if len(fits) == 1 and fits[0] not in fields.values():
                told[header] = ColumnTarget(fits[0])
    return told


def table_for(tables: Mapping[str, Mapping[str, Any]], header: str) -> Mapping[str, Any] | None:
    """The value table of a heading, if the profile has one."""
    found = tables.get(header)
    if found is not None:
        return found
    flat = normal_heading(header)
    return next((one for name, one in tables.items() if normal_heading(name) == flat), None)
