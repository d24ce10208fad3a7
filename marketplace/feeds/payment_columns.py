"""What the columns of a file of payments are: suggested from the headings, said by a person."""

from collections.abc import Mapping
from typing import Any

from marketplace.core.errors import Refusal
from marketplace.core.words import Code, _
from marketplace.portfolios import ColumnTarget, Unit, normal_heading, unit_of
from marketplace.reconciliation import DATE_ORDERS, table_headings

PAYMENT_FIELDS = (
    "lender_case_no", "debtor_key", "value_date", "amount", "ledger_ref", "reverses_ref",
    "kind", "method", "memo", "currency", "costs", "interest", "fees", "principal",
)  # fmt: skip
_MONEY = frozenset(("amount", "costs", "interest", "fees", "principal"))
_NEEDED = ("value_date", "amount", "ledger_ref")
"""Without its reference a payment could be neither told once nor reversed."""

_UNITS = (Unit.MAJOR, Unit.MINOR)

_HEADINGS = {
    "lender_case_no": "case no, case number, lender case no, account no, loan no,"
    " 案件编号, 案件号, 合同号, 合同编号, 借据号, 账号",
    "debtor_key": "customer no, customer number, debtor key, 客户号, 客户编号",
    "value_date": "value date, payment date, date,"
    " 起息日, 还款日期, 还款日, 入账日期, 记账日期, 交易日期",
    "amount": "amount, paid, payment amount, 金额, 还款金额, 入账金额, 交易金额",
    "ledger_ref": "reference, ledger ref, ledger reference, transaction id, 流水号, 交易流水号,"
    " 核心流水号, 凭证号",
    "reverses_ref": "reverses, reverses ref, reversal of, 冲正原流水号, 原流水号",
    "kind": "kind, type, 交易类型, 冲正标志",
    "method": "method, payment method, way of paying, 还款方式, 支付方式, 回款方式, 还款渠道",
    "memo": "memo, note, 摘要, 备注",
    "currency": "currency, 币种",
    "costs": "costs, legal costs, 诉讼费用, 其中诉讼费用, 其中费用",
    "interest": "interest, interest paid, 利息, 其中利息, 还款利息",
    "fees": "fees, penalty, 违约金, 其中违约金, 罚息, 其中罚息",
    "principal": "principal, principal paid, 本金, 其中本金, 还款本金",
}
_FIELD_OF = {
    normal_heading(heading): field
    for field, headings in _HEADINGS.items()
    for heading in headings.split(",")
}


def payment_columns_of(name: str, content: bytes) -> dict[str, Any]:
    """A file's headings, with a meaning suggested for each column; no meaning twice."""
    headers = table_headings(name, content)
    taken: set[str] = set()
    suggestion = []
    for header in dict.fromkeys(headers):
        field = _FIELD_OF.get(normal_heading(header), "")
        field = "" if field in taken else field
        taken.add(field)
        unit = unit_of(header) or Unit.MAJOR
        suggestion.append({"header": header, "field": field, "unit": unit.value})
    mapping = {
        one["header"]: {"field": one["field"], "unit": one["unit"]} for one in suggestion
    }
    tables = [{"sheet": "", "headers": headers}]
    return {"tables": tables, "suggestion": suggestion, "mapping": mapping}


def require_payment_columns(
    mapping: Mapping[str, ColumnTarget], dates: str = ""
) -> dict[str, Any]:
    """The mapping as it is kept; refused if payments could not be told by it.

    `dates` is the order in which days are written; none: the year first, in four digits.
    """
    _require_order(dates)
    _require_fields(mapping)
    _require_units(mapping)
    kept = {
        header: {"field": target.field, "unit": target.unit.value}
        for header, target in mapping.items()
        if target.field
    }
    if dates:
        next(one for one in kept.values() if one["field"] == "value_date")["dates"] = dates
    return kept


def _require_order(dates: str) -> None:
    if dates not in ("", *DATE_ORDERS):
        raise Refusal(
            _("Days are not written “%(value)s”.", value=dates[:40]),
            next_step=_("Use one of %(known)s.", known=", ".join(DATE_ORDERS)),
        )


def _require_fields(mapping: Mapping[str, ColumnTarget]) -> None:
    chosen = [target.field for target in mapping.values() if target.field]
    for field in chosen:
        if field not in PAYMENT_FIELDS:
            raise Refusal(_("There is no field named %(name)s.", name=field))
        if chosen.count(field) > 1:
            raise Refusal(
                _("Several columns are said to be %(name)s.", name=Code(field)),
                next_step=_("Choose one of them and leave the others out."),
            )
    missing = [field for field in _NEEDED if field not in chosen]
    if not {"lender_case_no", "debtor_key"} & set(chosen):
        missing.insert(0, "lender_case_no")
    if missing:
        raise Refusal(
            _(
                "These columns are needed and missing: %(names)s.",
                names=", ".join(str(Code(field)) for field in missing),
            ),
            next_step=_("Choose for each of them the column that holds it."),
        )


def _require_units(mapping: Mapping[str, ColumnTarget]) -> None:
    if any(one.field == "amount" and one.unit not in _UNITS for one in mapping.values()):
        raise Refusal(
            _("Payments are told to the cent, not in thousands."),
            next_step=_("Choose the unit in which the amounts are written."),
        )
    if len({one.unit for one in mapping.values() if one.field in _MONEY}) > 1:
        raise Refusal(
            _("What a payment was set against is told in the unit of its amount."),
            next_step=_("Choose the same unit for these columns."),
        )
