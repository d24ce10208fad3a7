"""`flask import-tape` without --dry-run: the same report, and the cases of the valid rows."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import accounts, portfolios
from marketplace.accounts import LegalEntity, Organisation, User
from marketplace.core.db import db
from marketplace.portfolios import Case
from tests.portfolios.conftest import refused
from tests.portfolios.tapes import HEADERS, as_csv, good_row, with_cell
from tests.portfolios.test_any_tape import US, us_row

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SAID = {"": {
    "import_defaults": {"balance_as_of": "2025-06-30"},
    "enum_values": {"产品类型": {"甲": "auto"}},
}}  # fmt: skip


def test_what_the_report_says_is_what_is_kept(
    app: Flask, clara: User, entity: LegalEntity
) -> None:
    rows = [with_cell(good_row(n), "产品类型", "甲") for n in (1, 2)]
    content = as_csv([*rows, with_cell(good_row(3), "剩余本金(元)", "x")])
    report = portfolios.report_on(
        "a.csv", content, jurisdiction="CN", profile=portfolios.read_profile(SAID),
        today=NOW.date(),
    )  # fmt: skip
    tape = portfolios.import_tape_now(
        "a.csv", content, portfolio_name="A", entity_id=entity.id, by=clara, now=NOW,
        mapping=report.mapping, defaults={"profile": SAID} | report.defaults(),
        layout=report.layout,
    )  # fmt: skip
    expected = report.as_json()["expected"]
    for name in ("rows_total", "rows_valid", "rows_rejected", "principal_minor"):
        assert tape.counts[name] == expected[name]
    assert list(db.session.scalars(select(Case.product))) == ["auto", "auto"]


def test_the_importer_is_a_manager_or_the_person_named(clara: User) -> None:
    code = db.session.get_one(Organisation, clara.organisation_id).short_code
    assert accounts.importer_of(code, None).organisation_id == clara.organisation_id
    assert accounts.importer_of(code, clara.email).id == clara.id
    with refused("may import"):
        accounts.importer_of(code, "nobody@x.example")


def test_several_currencies_are_refused_as_one_portfolio(
    app: Flask, clara: User, entity: LegalEntity
) -> None:
    headers = (*HEADERS, "币种")
    content = as_csv([[*good_row(1), "CNY"], [*good_row(2), "USD"]], headers=headers)
    with refused("several currencies"):
        portfolios.import_tape_now(
            "a.csv", content, portfolio_name="A", entity_id=entity.id, by=clara, now=NOW
        )


@pytest.mark.parametrize("currency", ["SEK"])
def test_a_currency_without_books_is_refused(
    app: Flask, clara: User, entity: LegalEntity, currency: str
) -> None:
    content = as_csv([[*good_row(1), currency]], headers=(*HEADERS, "币种"))
    with refused("cannot be kept yet"):
        portfolios.import_tape_now(
            "a.csv", content, portfolio_name="A", entity_id=entity.id, by=clara, now=NOW
        )


def test_a_tape_follows_the_rules_that_were_said_of_it(
    app: Flask, clara: User, entity: LegalEntity
) -> None:
    """Debts of another country than the lender's: judged as the command judged them."""
    said = {"": {"import_defaults": {"balance_as_of": "2025-06-30"}}}
    content = as_csv([us_row(1, "TX", "75001")], headers=US)
    report = portfolios.report_on(
        "us.csv", content, jurisdiction="US", profile=portfolios.read_profile(said),
        today=NOW.date(),
    )  # fmt: skip
    tape = portfolios.import_tape_now(
        "us.csv", content, portfolio_name="US", entity_id=entity.id, by=clara, now=NOW,
        mapping=report.mapping, defaults={"profile": said} | report.defaults(),
    )  # fmt: skip
    assert (tape.counts["rows_valid"], tape.defaults["market"]) == (1, "US")
    with refused("cannot be used as"):
        portfolios.import_tape_now(
            "b.csv", content + b"\n", portfolio_name="B", entity_id=entity.id, by=clara,
            now=NOW, defaults={"market": "XX"},
        )  # fmt: skip
