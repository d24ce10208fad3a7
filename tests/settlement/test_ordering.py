"""Payment files: what a bank is asked to pay, checked against the standard's own schema."""

import hashlib
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from sqlalchemy import text

from marketplace import settlement
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.settlement import Statement
from marketplace.settlement.pain import NAMESPACE, Holder, Order, Transfer, payment_order
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.factories import TODAY
from tests.refusing import refused, refused_by_database

IBAN, BIC = "DE89370400440532013000", "COBADEFFXXX"


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema:
    with as_file(files("sepaxml") / "schemas" / "pain.001.001.09.xsd") as path:
        return xmlschema.XMLSchema(path)


@pytest.fixture
def approved(fred: User, fang: User, pia: User, paul: User) -> Statement:
    return factories.paid_by_bank()


@pytest.fixture
def ready(approved: Statement, clara: User, amy: User) -> Statement:
    factories.bank_account(clara, number="1001 2344 0900 7001 234")
    factories.bank_account(amy)
    return approved


def make(by: User, *codes: str, **given: object) -> settlement.PaymentFile:
    with as_user(by):
        (account,) = settlement.payer_accounts(by.organisation_id, on=TODAY)
        usual = {"account_id": account.account.id, "execute_on": TODAY}
        return settlement.make_payment_file(codes, **usual | given, by=by, now=NOON)


def taken(made: settlement.PaymentFile, by: User) -> bytes:
    with as_user(by):
        return settlement.take_payment_file(made.code, by=by, now=NOON)


def values(content: bytes, path: str) -> list[str]:
    spaced = "/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/"))
    return [found.text for found in ET.fromstring(content).findall(f".//{spaced}")]  # noqa: S314


def test_a_file_orders_exactly_what_is_due(
    ready: Statement, fang: User, schema: xmlschema.XMLSchema
) -> None:
    made = make(fang, ready.code)
    content = taken(made, fang)
    schema.validate(content.decode())
    assert made.sha256 == hashlib.sha256(content).hexdigest()
    assert values(content, "GrpHdr/CtrlSum") == values(content, "PmtInf/CtrlSum") == ["26.50"]
    assert values(content, "GrpHdr/NbOfTxs") == values(content, "PmtInf/NbOfTxs") == ["1"]
    assert values(content, "PmtId/EndToEndId") == [ready.code]
    assert values(content, "Amt/InstdAmt") == ["26.50"]
    assert values(content, "CdtrAcct/Id/Othr/Id") == ["6222020200112233445"]
    assert values(content, "DbtrAcct/Id/Othr/Id") == ["1001234409007001234"]
    assert values(content, "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId") == ["102100099996"]
    assert values(content, "Cdtr/Nm") == ["Anheng 公司有限公司"]


def test_numbers_are_sealed_and_taking_a_file_is_on_record(
    ready: Statement, fang: User
) -> None:
    made = make(fang, ready.code)
    taken(made, fang)
    taken(made, fang)
    assert len(factories.events("payment_file.taken")) == 2
    (event,) = factories.events("payment_file.made")
    assert event.details["statements"] == [ready.code]
    everything = str([e.details for e in factories.events("payment_file.made")])
    assert "6222020200112233445" not in everything
    with as_user(fang):
        (row,) = settlement.payable_statements(fang.organisation_id, on=TODAY)
    assert (row.last_four, row.in_files) == ("3445", (made.code,))


def test_a_file_may_be_made_again_under_another_message(ready: Statement, fang: User) -> None:
    first, second = make(fang, ready.code), make(fang, ready.code)
    assert first.message_id != second.message_id
    assert values(taken(second, fang), "PmtId/EndToEndId") == [ready.code]
    db.session.commit()
    with refused_by_database("append-only"):
        db.session.execute(text("UPDATE payment_files SET amount_minor = 1"))
    with refused_by_database("append-only"):
        db.session.execute(text("DELETE FROM payment_file_items"))


def test_what_cannot_be_paid_is_refused(
    ready: Statement, fang: User, fred: User, clara: User
) -> None:
    with refused("between 1 and 1,000"):
        make(fang)
    with refused("between 1 and 1,000"):
        make(fang, "ST-NONE")
    with refused("cannot be paid: ST-NONE"):
        make(fang, ready.code, "ST-NONE")
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=61)):
        with refused("next 60 days"):
            make(fang, ready.code, execute_on=day)
    with as_user(fang):
        settlement.record_remittance(
            ready.id, amount_minor=2_650, paid_on=TODAY, bank_reference="B", by=fang, now=NOON
        )
    with refused("between 1 and 1,000"):
        make(fang, ready.code)


def test_an_agency_without_an_account_cannot_be_paid(
    approved: Statement, fang: User, clara: User, amy: User
) -> None:
    factories.bank_account(clara)
    factories.bank_account(amy, currency="USD")
    with refused("named no bank account in CNY"):
        make(fang, approved.code)


def test_another_currency_is_another_file(ready: Statement, fang: User, clara: User) -> None:
    dollars = factories.bank_account(clara, currency="USD")
    with as_user(fang), refused("another firm or in another currency"):
        settlement.make_payment_file(
            [ready.code], account_id=dollars.id, execute_on=TODAY, by=fang, now=NOON
        )


def test_strangers_find_no_file_and_no_account(
    ready: Statement, fang: User, bea: User, ravi: User, fred: User, amy: User
) -> None:
    made = make(fang, ready.code)
    with as_user(bea):
        assert rows_of("payment_files") == rows_of("payment_file_items") == 0
        assert rows_of("entity_bank_accounts") == 0, "only who has a contract pays"
        with pytest.raises(NotFound):
            settlement.take_payment_file(made.code, by=bea, now=NOON)
    for agent in (ravi, fred):
        with as_user(agent), refused_by_database("permission denied"):
            rows_of("payment_files")
    with as_user(fang):
        assert rows_of("entity_bank_accounts") == 2
        with refused_by_database("row-level security"):
            db.session.execute(
                text(
                    "INSERT INTO entity_bank_accounts (organisation_id, entity_id, bank,"
                    " bank_code, sealed_number, last_four, currency, valid_from)"
                    " SELECT organisation_id, entity_id, bank, '', sealed_number, '1111',"
                    " currency, valid_from FROM entity_bank_accounts"
                )
            )


@pytest.mark.parametrize(
    ("currency", "amount", "written"), [("EUR", 123_456, "1234.56"), ("JPY", 500, "500")]
)
def test_other_banks_and_currencies(
    schema: xmlschema.XMLSchema, currency: str, amount: int, written: str
) -> None:
    payer = Holder("Bank <&> Söhne", IBAN, "Commerzbank", BIC)
    payee = Holder("名" * 200, "GB82WEST12345698765432", "Some bank", "")
    order = Order(
        "M-1", datetime(2026, 3, 2, tzinfo=UTC), payer, currency, TODAY,
        [Transfer(f"ST-{n}", payee, amount, "Commission " * 20) for n in range(3)],
    )  # fmt: skip
    content = payment_order(order)
    schema.validate(content.decode())
    assert values(content, "DbtrAcct/Id/IBAN") == [IBAN]
    assert values(content, "DbtrAgt/FinInstnId/BICFI") == [BIC]
    assert values(content, "CdtrAgt/FinInstnId/Othr/Id") == ["NOTPROVIDED"] * 3
    assert values(content, "Amt/InstdAmt") == [written] * 3


@pytest.mark.parametrize(
    ("number", "bank_code", "words"),
    [
        ("DE88370400440532013000", "", "check digits of this IBAN"),
        (IBAN, "COBA", "a BIC, or the twelve digits"),
        (IBAN, "10210009999", "a BIC, or the twelve digits"),
    ],
)
def test_an_account_is_checked_when_it_is_entered(
    amy: User, number: str, bank_code: str, words: str
) -> None:
    with refused(words):
        factories.bank_account(amy, number=number, bank_code=bank_code)
