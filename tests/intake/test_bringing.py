"""Files come in whole or not at all, once, and every line of them is in a group."""

import json
from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select, text

from marketplace import intake
from marketplace import ledger as ledger_periods
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.intake import Brought, Decision, FileKind, Line, Run, Source
from marketplace.portfolios import PortfolioStatus
from tests import factories
from tests.conftest import as_user, rows_of
from tests.intake.files import (
    LATER,
    MONTH,
    bank,
    bring,
    claims,
    ledger,
    placed,
    small_month,
)
from tests.refusing import refused

pytestmark = pytest.mark.usefixtures("app")


def states() -> dict[str, str]:
    """The class of each group by the places of its lines."""
    rows = db.session.execute(
        text(
            "SELECT g.kind, string_agg(l.place, ' ' ORDER BY l.id) AS places"
            " FROM intake_groups g JOIN intake_members m ON m.group_id = g.id"
            " JOIN intake_lines l ON l.id = m.line_id GROUP BY g.id"
        )
    )
    return {row.places: row.kind for row in rows}


def test_every_line_is_in_one_group_of_its_class() -> None:
    small_month()
    assert states() == {
        "ledger.csv:2 bank.csv:2 claims.csv:2": "matched",
        "ledger.csv:3 bank.csv:3": "matched",
        "ledger.csv:5 bank.csv:5 huaxin.csv:2": "matched",
        "ledger.csv:4": "unknown_ledger",
        "bank.csv:4": "unknown_bank",
        "claims.csv:3": "unknown_claim",
        "huaxin.csv:3": "unknown_claim",
    }
    run = db.session.scalars(select(Run)).one()
    assert (run.lines, run.groups, run.automatic, run.not_posted) == (12, 7, 3, {})


def test_what_matched_without_doubt_is_recorded_and_laid_before_a_second_person(
    fang: User,
) -> None:
    small_month()
    proposal = db.session.scalars(select(Decision)).one()
    assert proposal.made_by_id == fang.id
    assert proposal.checked_at is None
    rows = db.session.execute(
        text("SELECT ledger_ref, reported_by_id, verified_at FROM payments")
    )
    assert {tuple(row) for row in rows} == {(r, fang.id, None) for r in ("R1", "R2", "R4")}


def test_a_job_that_runs_twice_matches_once() -> None:
    small_month()
    batch = db.session.scalars(select(intake.Batch)).one()
    intake.match_month(batch.id, now=LATER)
    assert rows_of("intake_runs") == 1


def test_what_a_bank_writes_of_people_is_sealed() -> None:
    placed()
    bring(bank(("王小明 6222020200112233445 C000001 1234", "2026-03-03", "1.00")))
    entry = db.session.scalars(select(Line)).one()
    assert entry.fragments == "…3445 C000001 1234"
    assert entry.text_sealed is not None
    assert "王小明".encode() not in entry.text_sealed
    plain = db.session.execute(
        text("SELECT to_jsonb(l)::text FROM intake_lines l")
    ).scalar_one()
    assert "王小明" not in plain
    assert "6222020200112233445" not in plain


def test_later_files_are_matched_with_what_is_still_free() -> None:
    placed()
    bring(ledger(("C000001", "2026-03-03", "100.00", "R1")))
    assert states() == {"ledger.csv:2": "unknown_ledger"}
    bring(bank(("C000001", "2026-03-03", "100.00")))
    assert states()["ledger.csv:2 bank.csv:2"] == "matched"


def test_the_file_of_an_agency_is_matched_in_its_lenders_month(amy: User, fang: User) -> None:
    placed()
    bring(
        ledger(("C000001", "2026-03-03", "1.00", "R1")), bank(("C000001", "2026-03-03", "1.00"))
    )
    with as_user(amy):
        intake.bring_claims(
            "own.csv", claims(("K1", "C000001", "2026-03-03", "1.00")).content,
            lender_id=fang.organisation_id, month=MONTH, by=amy, now=LATER,
        )  # fmt: skip
    factories.drain(LATER)
    assert states()["ledger.csv:2 bank.csv:2 own.csv:2"] == "matched"


def test_an_agency_claims_from_nobody_it_never_worked_for(amy: User, bea: User) -> None:
    placed()
    with as_user(amy), pytest.raises(NotFound):
        intake.bring_claims(
            "own.csv", b"x", lender_id=bea.organisation_id, month=MONTH, by=amy, now=LATER
        )


def test_a_customer_number_stands_for_cases_and_a_profile_says_so() -> None:
    placed()
    profile = {
        "lenders": {
            "JIANGNAN": {
                "ledger_style": "debtor",
                "ledger_columns": {
                    "客户号": "debtor_key",
                    "日期": "value_date",
                    "元": "amount",
                },
            }
        }
    }
    posted = Brought(
        FileKind.LEDGER, "l.csv", "客户号,日期,元\nDLA9001,2026-03-03,5\n".encode()
    )
    stands = Brought(
        FileKind.DEBTORS,
        "d.csv",
        b"debtor_key,lender_case_no\nDLA9001,C000001\nDLA9001,C000002\n",
    )
    fang = factories.someone("fang")
    with as_user(fang):
        intake.bring_in(
            [posted, stands, bank(("DLA9001", "2026-03-03", "5.00"))],
            month=MONTH, profile=json.dumps(profile).encode(), by=fang, now=LATER,
        )  # fmt: skip
    factories.drain(LATER)
    assert states() == {"l.csv:2 bank.csv:2": "matched"}
    # The profile is kept: the next file is read the same way.
    bring(Brought(FileKind.LEDGER, "m.csv", "客户号,日期,元\nDLA9001,2026-03-09,6\n".encode()))
    assert states()["m.csv:2"] == "unknown_ledger"


POSTED = ("C000001", "2026-03-03", "100.00", "R1")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "No file was chosen"),
        ([ledger()], "ledger.csv holds no line"),
        ([ledger(("C000001", "2026-03-03", "0", "R1"))], "ledger.csv:2: the amount is zero"),
        ([ledger(("C000001", "yesterday", "1", "R1"))], "is not a date"),
        ([ledger(("C000001", "2026-03-03", "1.005", "R1"))], "is not an amount"),
        ([claims(("K", "C000001", "2026-03-03", "-1.00"))], "a claim cannot be below zero"),
        (
            [claims(("K", "C000001", "2026-03-03", "1"), lender="BOHAI")],
            "it claims from BOHAI, not from JIANGNAN",
        ),
        ([claims(("K", "C", "2026-03-03", "1"), agency="XIYU")], "say whose claims these are"),
        ([ledger(POSTED), ledger(POSTED, name="b.csv")], "are the same file"),
        ([Brought(FileKind.BANK, "b.xml", b"<Document><Ntry/></Document>")], "cannot be read"),
        ([Brought(FileKind.BANK, "b.csv", b"a,b\n1,2\n")], "has no column"),
    ],
)
def test_bad_files_are_refused_in_words_and_nothing_is_kept(files, words: str) -> None:
    placed()
    with refused(words):
        bring(*files)
    assert rows_of("intake_batches") == rows_of("intake_lines") == 0


def test_a_file_or_a_line_comes_in_once() -> None:
    placed()
    bring(ledger(POSTED))
    with refused("ledger.csv was brought in already on 2026-04-02"):
        bring(ledger(POSTED))
    other = ledger(("C000002", "2026-03-04", "5.00", "R9"), POSTED, name="again.csv")
    with refused("1 lines are known already: again.csv:3 = ledger.csv:2"):
        bring(other)
    assert rows_of("intake_lines") == 1


def test_equal_lines_of_one_file_are_two_payments() -> None:
    placed()
    twice = ("C000001", "2026-03-03", "100.00", "")
    bring(ledger(twice, twice))
    assert rows_of("intake_lines") == 2


def test_a_posting_in_one_currency_cannot_pay_a_case_in_another(clara: User) -> None:
    placed()
    factories.portfolio(clara, 1, first=90, name="USD", currency="USD")
    with refused("the case is kept in USD, the ledger in CNY"):
        bring(ledger(("C000090", "2026-03-03", "1.00", "R1")))


def test_one_reference_is_one_posting() -> None:
    placed()
    with refused("ledger.csv:3: the reference R1 is that of ledger.csv:2 already"):
        bring(
            ledger(
                ("C000001", "2026-03-03", "1.00", "R1"), ("C000001", "2026-03-03", "1.00", "R1")
            )
        )


def test_a_month_that_is_closed_or_to_come_takes_nothing(pia: User, paul: User) -> None:
    placed()
    with refused("2026-05 has not begun"):
        bring(ledger(POSTED), month=date(2026, 5, 1))
    with as_user(pia):
        period = ledger_periods.propose_close(MONTH, by=pia, now=LATER)
    with as_user(paul):
        ledger_periods.close_period(period.month_start, by=paul, now=LATER)
    with refused("2026-03 is closed in the books"):
        bring(ledger(POSTED))


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        (b"[]", "is not a profiles.json"),
        (b'{"lenders": {"JIANGNAN": {"ledger_columns": {"a": "amount"}}}}', "lacks"),
        (b'{"lenders": {"JIANGNAN": {"currency": "XXX"}}}', "XXX is not kept here"),
        (b'{"agencies": {"ANHENG": {"columns": {"a": "amount"}}}}', "profile of ANHENG lacks"),
        (b'{"lenders": {"JIANGNAN": {"ledger_columns": 5}}}', "is not a profiles.json"),
    ],
)
def test_a_bad_profile_is_refused_in_words(fang: User, profile: bytes, words: str) -> None:
    placed()
    with as_user(fang), refused(words):
        intake.bring_in([ledger(POSTED)], month=MONTH, profile=profile, by=fang, now=LATER)


def test_postings_that_cannot_be_payments_are_named_and_the_rest_is_recorded(
    app: Flask,
) -> None:
    placed()
    factories.payment(
        db.session.scalars(select(factories.Case).order_by(factories.Case.id)).first(), 7,
        reference="R2",
    )  # fmt: skip
    bring(
        ledger(POSTED, ("C000002", "2026-03-04", "50.00", "R2")),
        bank(("C000001", "2026-03-03", "100.00"), ("C000002", "2026-03-04", "50.00")),
    )
    run = db.session.scalars(select(Run)).one()
    assert list(run.not_posted) == ["ledger.csv:3"]
    db.session.refresh(run)
    for language, words in (("en", "known with other content"), ("zh", "已登记，但内容不同")):
        with app.test_request_context(), force_locale(language):
            assert words in str(run.not_posted["ledger.csv:3"])
    refs = db.session.scalars(text("SELECT ledger_ref FROM payments ORDER BY id"))
    assert list(refs) == ["R2", "R1"]


def test_a_refund_takes_back_the_payment_it_names() -> None:
    placed()
    bring(
        ledger(POSTED, ("C000001", "2026-03-10", "-100.00", "R2", "R1")),
        bank(("C000001", "2026-03-03", "100.00"), ("C000001", "2026-03-10", "-100.00")),
    )
    assert states()["ledger.csv:3 bank.csv:3"] == "reversal"
    amounts = db.session.scalars(text("SELECT amount_minor FROM payments ORDER BY id"))
    assert list(amounts) == [10_000, -10_000]


def test_lines_know_where_they_are_from() -> None:
    small_month()
    counts = dict(
        db.session.execute(text("SELECT source, count(*) FROM intake_lines GROUP BY 1")).all()
    )
    assert counts == {Source.LEDGER: 4, Source.BANK: 4, Source.CLAIM: 4}


def test_a_month_is_kept_in_one_currency_that_of_the_placements() -> None:
    clara, amy, fang = map(factories.someone, ("clara", "amy", "fang"))
    of = factories.portfolio(clara, 1, status=PortfolioStatus.PLACED, currency="USD")
    factories.placement(clara, amy, of=of)
    with as_user(amy):
        intake.bring_claims(
            "own.csv", claims(("K1", "C000001", "2026-03-03", "1.00")).content,
            lender_id=fang.organisation_id, month=MONTH, by=amy, now=LATER,
        )  # fmt: skip
    factories.drain(LATER)
    bring(ledger(POSTED), bank(("C000001", "2026-03-03", "100.00")))
    assert set(db.session.scalars(select(Line.currency))) == {"USD"}
    assert states()["ledger.csv:2 bank.csv:2"] == "matched"
    yuan = b'{"lenders": {"JIANGNAN": {"currency": "CNY"}}}'
    with as_user(fang), refused("2026-03 is kept in USD, these files are in CNY"):
        intake.bring_in(
            [bank(("x", "2026-03-04", "1.00"), name="b.csv")], month=MONTH, profile=yuan,
            by=fang, now=LATER,
        )  # fmt: skip
