"""Credit transfers as a bank reads them: ISO 20022, pain.001.001.09."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from xml.etree import ElementTree as ET

from marketplace.core.checks import iban_is_valid
from marketplace.core.money import MINOR_DIGITS

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_LONGEST_NAME = 140
_CNAPS = re.compile(r"\d{12}")


@dataclass(frozen=True)
class Holder:
    """Who holds an account, and where: `bank_code` is a BIC, a CNAPS number, or unknown."""

    name: str
    number: str
    bank: str
    bank_code: str


@dataclass(frozen=True)
class Transfer:
    """One payment. `reference` goes through to the payee's bank statement."""

    reference: str
    payee: Holder
    amount_minor: int
    words: str


@dataclass(frozen=True)
class Order:
    """Payments of one payer, from one account, in one currency, on one day."""

    message_id: str
    made_at: datetime
    payer: Holder
    currency: str
    execute_on: date
    transfers: Sequence[Transfer]


def payment_order(order: Order) -> bytes:
    """The order as a file, with the number and the sum of its transfers at both levels."""
    document = ET.Element("Document", xmlns=NAMESPACE)
    body = ET.SubElement(document, "CstmrCdtTrfInitn")
    header = ET.SubElement(body, "GrpHdr")
    _add(header, "MsgId", order.message_id)
    _add(header, "CreDtTm", order.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _add_totals(header, order)
    _add(_into(header, "InitgPty"), "Nm", order.payer.name[:_LONGEST_NAME])
    batch = ET.SubElement(body, "PmtInf")
    _add(batch, "PmtInfId", order.message_id)
    _add(batch, "PmtMtd", "TRF")
    _add_totals(batch, order)
    _add(_into(batch, "ReqdExctnDt"), "Dt", order.execute_on.isoformat())
    _add(_into(batch, "Dbtr"), "Nm", order.payer.name[:_LONGEST_NAME])
    account = _into(batch, "DbtrAcct")
    _add_number(account, order.payer.number)
    _add(account, "Ccy", order.currency)
    _add_bank(_into(batch, "DbtrAgt"), order.payer)
    # Each side bears its own bank's charges; within SEPA "SLEV" says the same.
    _add(batch, "ChrgBr", "SLEV" if order.currency == "EUR" else "SHAR")
    for transfer in order.transfers:
        _add_transfer(_into(batch, "CdtTrfTxInf"), transfer, order.currency)
    ET.indent(document)
    written: bytes = ET.tostring(document, encoding="UTF-8", xml_declaration=True)
    return written


def _add_transfer(into: ET.Element, transfer: Transfer, currency: str) -> None:
    _add(_into(into, "PmtId"), "EndToEndId", transfer.reference)
    amount = _into(_into(into, "Amt"), "InstdAmt")
    amount.set("Ccy", currency)
    amount.text = _figure(transfer.amount_minor, currency)
    _add_bank(_into(into, "CdtrAgt"), transfer.payee)
    _add(_into(into, "Cdtr"), "Nm", transfer.payee.name[:_LONGEST_NAME])
    _add_number(_into(into, "CdtrAcct"), transfer.payee.number)
    _add(_into(into, "RmtInf"), "Ustrd", transfer.words[:_LONGEST_NAME])


def _add_totals(into: ET.Element, order: Order) -> None:
    _add(into, "NbOfTxs", str(len(order.transfers)))
    total = sum(transfer.amount_minor for transfer in order.transfers)
    _add(into, "CtrlSum", _figure(total, order.currency))


def _add_number(account: ET.Element, number: str) -> None:
    place = _into(account, "Id")
    if iban_is_valid(number):
        _add(place, "IBAN", number)
    else:
        _add(_into(place, "Othr"), "Id", number)


def _add_bank(agent: ET.Element, holder: Holder) -> None:
    bank = _into(agent, "FinInstnId")
    if _CNAPS.fullmatch(holder.bank_code):
        member = _into(bank, "ClrSysMmbId")
        _add(_into(member, "ClrSysId"), "Cd", "CNAPS")
        _add(member, "MmbId", holder.bank_code)
        _add(bank, "Nm", holder.bank[:_LONGEST_NAME])
    elif holder.bank_code:
        _add(bank, "BICFI", holder.bank_code)
    else:
        _add(bank, "Nm", holder.bank[:_LONGEST_NAME])
        _add(_into(bank, "Othr"), "Id", "NOTPROVIDED")


def _figure(minor: int, currency: str) -> str:
    digits = MINOR_DIGITS[currency]
    return f"{Decimal(minor).scaleb(-digits):.{digits}f}"


def _into(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, name)


def _add(parent: ET.Element, name: str, words: str) -> None:
    ET.SubElement(parent, name).text = words
