"""Which column of a file is what: a profile as the command's, or the plain names."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.core.errors import Refusal
from marketplace.core.money import MINOR_DIGITS
from marketplace.core.words import _
from marketplace.reconciliation import DATE_ORDERS, PARTS

LEDGER_COLUMNS = ("case_no", "value_date", "amount", "reference", "reverses", "method")
CLAIM_COLUMNS = ("claim_id", "lender", "case_no", "value_date", "amount", "reference")

_LENDER: dict[str, Any] = {
    "currency": "CNY",
    "calendar": "",
    "ledger_style": "ref",
    "ledger_columns": dict(
        zip(
            (*LEDGER_COLUMNS, *PARTS),
            (
                "lender_case_no",
                "value_date",
                "amount",
                "ledger_ref",
                "reverses_ref",
                "method",
                *PARTS,
            ),
            strict=True,
        )
    ),
    "ledger_optional_columns": ["method", *PARTS],
    "ledger_amount_unit": "major",
}
_AGENCY: dict[str, Any] = {
    "columns": dict(
        zip(
            CLAIM_COLUMNS,
            ("claim_id", "lender", "case_no", "value_date", "amount", "ledger_ref"),
            strict=True,
        )
    ),
    "amount_unit": "major",
    "case_no_is": "lender_case_no",
}
_NEEDED_OF_LEDGER = {"value_date", "amount"}
_NEEDED_OF_CLAIMS = {"claim_id", "lender", "case_no", "value_date", "amount", "ledger_ref"}


@dataclass(frozen=True)
class Profile:
    """How a lender's files and those of each agency are to be read."""

    lender: Mapping[str, Any]
    agencies: Mapping[str, Mapping[str, Any]]

    def of_agency(self, short_code: str) -> Mapping[str, Any]:
        return self.agencies.get(short_code, _AGENCY)

    @property
    def currency(self) -> str:
        return str(self.lender["currency"])

    def as_json(self) -> dict[str, Any]:
        return {"lender": dict(self.lender), "agencies": dict(self.agencies)}


def plain_profile(kept: Mapping[str, Any] | None = None, *, currency: str = "CNY") -> Profile:
    """The profile of an earlier batch, or the plain column names."""
    if kept:
        return Profile(kept["lender"], kept["agencies"])
    return Profile(_LENDER | {"currency": currency}, {})


def read_profile(content: bytes, *, lender: str, kept: Profile) -> Profile:
    """A `profiles.json` as the command reads it, of which this lender's part counts."""
    try:
        found = json.loads(content.decode("utf-8-sig"))
        lenders, agencies = found.get("lenders", {}), found.get("agencies", {})
        if not isinstance(lenders, dict) or not isinstance(agencies, dict):
            raise TypeError
        for name, given in agencies.items():
            _require(name, given, "columns", _NEEDED_OF_CLAIMS)
            _require_order(name, given, "dates")
        if lender in lenders:
            _require_lender(lender, lenders[lender])
    except (ValueError, AttributeError, TypeError) as error:
        raise Refusal(
            _("The profile is not a profiles.json of lenders and agencies."),
            next_step=_("The manual shows one; correct it and bring the files again."),
        ) from error
    own = kept.lender
    if lender in lenders:
        given = lenders[lender]
        # Columns that a profile names must be there.
        optional = [] if "ledger_columns" in given else _LENDER["ledger_optional_columns"]
        usual = {"currency": kept.currency, "ledger_optional_columns": optional}
        own = _LENDER | usual | given
    filled = {name: _AGENCY | given for name, given in agencies.items()}
    return Profile(own, {**kept.agencies, **filled})


def _require_lender(name: str, given: Mapping[str, Any]) -> None:
    key = "debtor_key" if given.get("ledger_style") == "debtor" else "lender_case_no"
    _require(name, given, "ledger_columns", _NEEDED_OF_LEDGER | {key})
    _require_order(name, given, "ledger_dates", "bank_dates")
    if given.get("currency", "CNY") not in MINOR_DIGITS:
        raise Refusal(
            _("The currency %(currency)s is not kept here.", currency=given["currency"]),
            next_step=_("Use one of %(known)s.", known=", ".join(MINOR_DIGITS)),
        )


def _require(name: str, given: Mapping[str, Any], part: str, fields: set[str]) -> None:
    missing = sorted(fields - set(given[part].values())) if part in given else []
    if missing:
        raise Refusal(
            _(
                "The profile of %(name)s lacks %(fields)s.",
                name=name,
                fields=", ".join(missing),
            ),
            next_step=_("Say which column holds each, and bring the files again."),
        )


def _require_order(name: str, given: Mapping[str, Any], *keys: str) -> None:
    """Refuse an order of days that there is none of."""
    for key in keys:
        if given.get(key, "") not in ("", *DATE_ORDERS):
            raise Refusal(
                _("The profile of %(name)s says of %(key)s: “%(value)s”.", name=name, key=key,
                  value=str(given[key])[:40]),
                next_step=_("Use one of %(known)s.", known=", ".join(DATE_ORDERS)),
            )  # fmt: skip


def bank_format(content: bytes) -> str:
    """What kind of statement a file is, by how it begins."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(b"<"):
        return "camt"
    return "mt940" if b":20:" in start or b":61:" in start else "csv"
