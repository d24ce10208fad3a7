"""Legal entities: codes, tax statuses and bank accounts."""

from datetime import timedelta

import pytest

from marketplace import accounts
from marketplace.accounts import TaxKind
from marketplace.core.errors import NotFound, Refusal
from tests.conftest import NOON, as_user

TOMORROW = NOON.date() + timedelta(days=1)


@pytest.fixture
def firm(clara):
    with as_user(clara):
        return accounts.add_entity(
            name="Jiangnan Bank",
            uscc="91350200776049653A",
            registry_proof="",
            tax=TaxKind.GENERAL,
            tax_rate_bps=600,
            by=clara,
            now=NOON,
        )


def test_a_new_rate_counts_from_its_day(clara, firm):
    how = {"kind": TaxKind.SMALL_SCALE, "by": clara, "now": NOON}
    with as_user(clara):
        accounts.set_tax_status(firm, rate_bps=300, valid_from=TOMORROW, **how)
        for rate, day in ((300, NOON.date()), (9000, TOMORROW), (100, TOMORROW)):
            with pytest.raises(Refusal):
                accounts.set_tax_status(firm, rate_bps=rate, valid_from=day, **how)

    assert accounts.tax_rate_bps(firm.id, NOON.date()) == 600
    assert accounts.tax_rate_bps(firm.id, TOMORROW) == 300
    assert len(accounts.tax_statuses_of(clara.organisation_id)[firm.id]) == 2


def test_another_organisations_firm_is_not_there(clara, bea, firm):
    with as_user(bea):
        with pytest.raises(NotFound):
            accounts.owned_entity(firm.code, by=bea)
        with pytest.raises(NotFound):
            accounts.set_tax_status(
                firm, kind=TaxKind.EXEMPT, rate_bps=0, valid_from=TOMORROW, by=bea, now=NOON
            )
        assert accounts.bank_accounts_of(clara.organisation_id) == {}


def test_a_bank_account_shows_its_last_four_digits(clara, firm):
    with as_user(clara):
        accounts.add_bank_account(
            firm, bank="ICBC", number="6222 0202 0001 2345", currency="CNY", by=clara, now=NOON
        )
        (account,) = accounts.bank_accounts_of(clara.organisation_id)[firm.id]

    assert account.last_four == "2345"
    assert b"62220202" not in account.sealed_number
