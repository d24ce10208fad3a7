"""From the file to the cases: all or nothing, once, by the right people, and sealed."""

import io
import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from marketplace import portfolios
from marketplace.accounts import LegalEntity, User
from marketplace.core.db import acting, db
from marketplace.core.errors import NotFound, Refusal, StaleForm
from marketplace.core.installation import vault
from marketplace.core.tenancy import Acting, Audience
from marketplace.core.vault import open_with
from marketplace.portfolios import (
    Case,
    Creditor,
    Debtor,
    Person,
    Portfolio,
    PortfolioStatus,
    Tape,
    TapeIssue,
    TapeStatus,
    loading,
    mask_id,
    mask_name,
    mask_phone,
    personal_place,
)
from marketplace.portfolios import checking as checking_job
from marketplace.portfolios.sealing import person_indexes, sealed_people
from tests.conftest import NOON, as_user, rows_of
from tests.portfolios.conftest import drain, entity_of, refused
from tests.portfolios.tapes import HEADERS, as_csv, good_row, resident_id, with_cell

Bring = Callable[..., Tape]
ROWS = [good_row(n) for n in range(1, 6)]


def test_a_tape_becomes_a_portfolio(committed_tape: Bring, entity: LegalEntity) -> None:
    tape = committed_tape(as_csv([*ROWS, with_cell(good_row(6), "客户姓名", "")]))
    assert tape.status is TapeStatus.COMMITTED
    portfolio = portfolios.portfolio_of_tape(tape)
    assert (portfolio.cases, portfolio.currency) == (5, "CNY")
    assert portfolio.principal_minor == sum(100_000 + n * 100 for n in range(1, 6))
    assert portfolio.balance_minor == portfolio.principal_minor + 5 * 1100
    case = db.session.scalars(db.select(Case).order_by(Case.lender_case_no)).first()
    assert case is not None
    assert (case.region, case.product, case.dpd) == ("44", "credit_card", 365)
    assert (case.loan_minor, case.interest_minor, case.fees_minor) == (500_000, 1050, 50)
    assert case.tape_row == 2
    creditor = db.session.scalars(db.select(Creditor)).one()
    assert (creditor.name, creditor.share_bps) == (entity.name, 10_000)
    counts = tape.counts
    assert counts["rows_total"] == counts["rows_valid"] + counts["rows_rejected"] == 6


def test_names_are_sealed_and_open_again(committed_tape: Bring) -> None:
    committed_tape(as_csv([good_row(1)]))
    debtor = db.session.scalars(db.select(Debtor)).one()
    raw = db.session.execute(text("SELECT t::text FROM debtors t")).scalar_one()
    row = good_row(1)
    assert "王小明" not in raw
    assert row[2] not in raw
    assert row[3] not in raw
    assert debtor.name_masked == "王**"
    person = portfolios.open_person(debtor)
    assert (person.name, person.id_no, person.mobile) == (row[1], row[2], row[3])


def test_no_personal_data_in_the_trail_or_the_layout(committed_tape: Bring) -> None:
    committed_tape(as_csv([good_row(1)]))
    said = str(db.session.execute(text("SELECT body FROM audit_events")).all())
    kept = str(db.session.execute(text("SELECT layout, mapping, counts FROM tapes")).all())
    for secret in good_row(1)[1:4]:
        assert secret not in said + kept


def test_two_loans_of_one_person_have_one_debtor(committed_tape: Bring) -> None:
    second = with_cell(good_row(2), "身份证号码", good_row(1)[2].lower())
    committed_tape(as_csv([good_row(1), second]))
    assert rows_of("debtors") == 1
    assert rows_of("cases") == 2


def test_the_same_person_has_the_same_index_at_another_lender(
    committed_tape: Bring, bea: User
) -> None:
    committed_tape(as_csv([good_row(1)]))
    portfolios.import_tape_now(
        "b.csv", as_csv([good_row(1)]), portfolio_name="Bohai", entity_id=entity_of(bea).id,
        by=bea, now=NOON,
    )  # fmt: skip
    first, second = db.session.scalars(db.select(Debtor))
    assert first.person_index == second.person_index
    assert first.lender_id != second.lender_id


def test_holds_of_the_tape_reach_the_case(committed_tape: Bring) -> None:
    committed_tape(as_csv([with_cell(good_row(1), "停催标识", "投诉")]))
    assert db.session.scalars(db.select(Case.hold_flags)).one() == ["complaint"]


def test_the_very_same_file_is_refused(committed_tape: Bring) -> None:
    committed_tape(as_csv(ROWS))
    with refused("already imported on 2026-03-02"):
        committed_tape(as_csv(ROWS))


def test_a_newer_list_updates_known_cases(committed_tape: Bring) -> None:
    committed_tape(as_csv([with_cell(r, "停催标识", "停催") for r in ROWS[:1]] + ROWS[1:]))
    paid = with_cell(with_cell(ROWS[0], "剩余本金(元)", "500"), "欠款总额(元)", "511")
    later = committed_tape(as_csv([paid, good_row(50)]))
    assert (later.counts["cases_new"], later.counts["cases_updated"]) == (1, 1)
    assert rows_of("cases") == 6
    assert rows_of("portfolios") == 1
    case = db.session.scalars(db.select(Case).where(Case.lender_case_no == "C000001")).one()
    db.session.refresh(case)
    assert case.balance_minor == 51_100
    assert case.hold_flags == ["stop_contact"]  # a hold does not vanish with the next list
    portfolio = db.session.scalars(db.select(Portfolio)).one()
    db.session.refresh(portfolio)
    totals = db.session.execute(text("SELECT count(*), sum(balance_minor) FROM cases")).one()
    assert (portfolio.cases, portfolio.balance_minor) == tuple(totals)


def test_an_older_list_changes_no_balance(committed_tape: Bring) -> None:
    committed_tape(as_csv(ROWS[:1]))
    paid = with_cell(with_cell(ROWS[0], "剩余本金(元)", "500"), "欠款总额(元)", "511")
    old = committed_tape(
        as_csv([with_cell(paid, "首次逾期日", "2024-01-01")]),
        defaults={"balance_as_of": "2025-01-31"}, portfolio_name="Older",
    )  # fmt: skip
    assert old.status is TapeStatus.COMMITTED
    assert db.session.scalars(db.select(Case.balance_minor)).one() == 101_200
    assert rows_of("portfolios") == 1


def test_an_offered_portfolio_takes_no_new_cases(committed_tape: Bring) -> None:
    first = committed_tape(as_csv(ROWS))
    portfolios.portfolio_of_tape(first).status = PortfolioStatus.LISTED
    db.session.flush()
    second = committed_tape(as_csv([good_row(1), good_row(60)]))
    assert second.status is TapeStatus.FAILED
    assert second.failure is not None
    assert "already offered" in str(second.failure)
    assert rows_of("cases") == 5
    assert portfolios.portfolio_of_tape(first).cases == 5


def test_nothing_is_half_written(
    committed_tape: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "RETOTAL", "UPDATE portfolios SET cases = 1 / (cases * 0)")
    tape = committed_tape(as_csv(ROWS))
    assert tape.status is TapeStatus.FAILED
    assert str(tape.failure) == "The file could not be processed; nothing was imported."
    assert [rows_of(t) for t in ("portfolios", "debtors", "cases", "creditors")] == [0] * 4


def test_a_failed_tape_can_be_mapped_again(
    checked: Bring, clara: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoilt(_tape: Tape) -> Any:
        raise Refusal("The file is gone.", next_step="Upload it again.")

    with monkeypatch.context() as patch:
        patch.setattr(checking_job, "pieces_of", spoilt)
        tape = checked(as_csv(ROWS))
    assert (tape.status, str(tape.failure)) == (
        TapeStatus.FAILED, "The file is gone. Upload it again.",
    )  # fmt: skip
    portfolios.confirm_mapping(
        tape.id, portfolios.mapping_of(tape), {}, None, None, tape.version, by=clara, now=NOON
    )
    drain()
    assert tape.status is TapeStatus.CHECKED
    assert tape.failure is None


def test_a_job_that_runs_twice_works_once(checked: Bring, clara: User) -> None:
    tape = checked(as_csv([*ROWS, with_cell(good_row(6), "客户姓名", "")]))
    before = rows_of("tape_issues")
    portfolios.check_tape(tape.id, now=NOON)
    assert rows_of("tape_issues") == before == 1
    portfolios.request_commit(tape.id, by=clara, now=NOON)
    portfolios.commit_tape(tape.id, now=NOON)
    events = rows_of("audit_events")
    portfolios.commit_tape(tape.id, now=NOON)
    drain()
    assert rows_of("cases") == 5
    assert rows_of("audit_events") == events


def test_a_stale_form_is_refused(checked: Bring, clara: User) -> None:
    tape = checked(as_csv(ROWS))
    with refused("changed after you opened", kind=StaleForm):
        portfolios.confirm_mapping(
            tape.id, portfolios.mapping_of(tape), {}, None, None, tape.version - 1,
            by=clara, now=NOON,
        )  # fmt: skip


def test_control_totals_need_a_second_person(
    checked: Bring, clara: User, aline: User, bea: User
) -> None:
    tape = checked(as_csv(ROWS), expected_rows=6, expected_principal_minor=501_500)
    assert portfolios.differences(tape) == {"rows": (6, 5)}
    with refused("Rows 6 ≠ 5"):
        portfolios.request_commit(tape.id, by=clara, now=NOON)
    with refused("somebody else than the uploader"):
        portfolios.confirm_difference(tape.id, by=clara, now=NOON)
    with pytest.raises(NotFound):
        portfolios.confirm_difference(tape.id, by=bea, now=NOON)
    portfolios.confirm_difference(tape.id, by=aline, now=NOON)
    portfolios.request_commit(tape.id, by=clara, now=NOON)
    drain()
    assert tape.status is TapeStatus.COMMITTED


def test_control_totals_count_rejected_rows_too(checked: Bring, clara: User) -> None:
    rows = [*ROWS, with_cell(good_row(6), "客户姓名", "")]
    tape = checked(
        as_csv(rows), expected_rows=6,
        expected_principal_minor=sum(100_000 + 100 * n for n in range(1, 7)),
    )  # fmt: skip
    assert portfolios.differences(tape) == {}


def test_a_tape_without_a_valid_row_is_not_committed(checked: Bring, clara: User) -> None:
    tape = checked(as_csv([with_cell(good_row(1), "客户姓名", "")]))
    with refused("No row of this tape"):
        portfolios.request_commit(tape.id, by=clara, now=NOON)


def test_the_mapping_is_remembered(checked: Bring, clara: User, entity: LegalEntity) -> None:
    headers = [*HEADERS[:-1], "怪列"]
    content = as_csv(ROWS, headers=headers)
    layout = portfolios.read_layout("a.csv", content)
    found = portfolios.suggest_mapping(layout.tables[0].headers, [[]] * len(headers))
    mapping = {one.header: portfolios.ColumnTarget(one.field, one.unit) for one in found}
    mapping["怪列"] = portfolios.ColumnTarget("remarks")
    checked(content, mapping=mapping)
    again = portfolios.upload_tape(
        "b.csv", as_csv(ROWS[:2], headers=headers), portfolio_name="Next",
        entity_id=entity.id, by=clara, now=NOON,
    )  # fmt: skip
    assert portfolios.mapping_of(again)["怪列"].field == "remarks"


def test_a_tape_that_names_nobody(clara: User, entity: LegalEntity) -> None:
    content = as_csv(
        [["1", "100.5", "90", "10.5", "0", "Cash loan", "400", "33.0"],
         ["2", "50", "50", "0", "0", "Credit card", "90", "hel"]],
        headers=("case_id", "balance", "principal", "interest", "fees", "product", "dpd",
                 "region"),
    )  # fmt: skip
    tape = portfolios.import_tape_now(
        "lot.csv", content, portfolio_name="Lot", entity_id=entity.id, by=clara, now=NOON
    )
    assert tape.counts["by_kind"] == {}
    assert db.session.scalars(db.select(Case.region).order_by(Case.id)).all() == ["33", "HEL"]
    assert set(db.session.scalars(db.select(Debtor.name_masked))) == {"–"}
    assert rows_of("debtors") == 2


def test_the_forgotten_stay_forgotten(committed_tape: Bring, clara: User) -> None:
    committed_tape(as_csv(ROWS[:1]))
    debtor = db.session.scalars(db.select(Debtor)).one()
    portfolios.forget(debtor.id, by=clara, now=NOON)
    db.session.flush()
    committed_tape(as_csv([with_cell(ROWS[0], "备注", "again")]))
    db.session.refresh(debtor)
    assert (debtor.personal, debtor.name_masked) == (None, None)


def test_another_entity_is_not_found(clara: User, bea: User) -> None:
    with pytest.raises(NotFound):
        portfolios.upload_tape(
            "a.csv", as_csv(ROWS), portfolio_name="X", entity_id=entity_of(bea).id, by=clara,
            now=NOON,
        )  # fmt: skip


def test_rivals_and_agencies_see_nothing(
    committed_tape: Bring, amy: User, bea: User, clara: User
) -> None:
    shared = ("debtors", "cases", "portfolios")
    own = ("tapes", "tape_issues", "creditors", "mapping_templates")
    committed_tape(as_csv([*ROWS, with_cell(good_row(6), "客户姓名", "")]))
    with as_user(clara):
        assert all(rows_of(table) for table in shared + own)
    with as_user(bea):
        assert not any(rows_of(table) for table in shared + own)
    with as_user(amy):
        assert not any(rows_of(table) for table in shared)
    for table in own:
        with as_user(amy), pytest.raises(ProgrammingError, match="permission denied"):
            _look_into(table)


def _look_into(table: str) -> None:
    with db.session.begin_nested():
        rows_of(table)


def test_a_person_without_the_right_role_set_sees_no_rows(committed_tape: Bring) -> None:
    committed_tape(as_csv(ROWS))
    with acting(Acting(Audience.LENDER)):
        assert rows_of("cases") == 0


def test_identical_people_differ_by_birth_where_there_is_no_id(
    clara: User, entity: LegalEntity
) -> None:
    clara.organisation.jurisdiction = "EU"
    headers = ["Loan Identifier", "Counterparty Name", "Date of Birth", "Phone Number",
               "Principal", "Total Balance", "Days in Past-Due", "Currency"]  # fmt: skip
    row = ["L1", "Ann Lee", "1980-01-02", "+31647077641", "1.000,50", "1.000,50", "90", "EUR"]
    content = as_csv(
        [row, ["L2", "ANN LEE", *row[2:]], ["L3", "Ann Lee", "1990-01-02", *row[3:]]],
        headers=headers, delimiter=";",
    )  # fmt: skip
    tape = portfolios.import_tape_now(
        "eu.csv", content, portfolio_name="EU", entity_id=entity.id, by=clara, now=NOON
    )
    assert tape.counts["by_kind"] == {}
    assert tape.counts["balance_minor"] == 3 * 100_050
    assert rows_of("debtors") == 2


def test_resident_ids_are_made_right() -> None:
    assert len({resident_id(n) for n in range(900)}) == 900


def test_many_people_are_sealed_as_one_is(app: Flask) -> None:
    """Masks, keys and indexes of the fast way against the same of one person."""
    names = ("王小明", "–", "Ann O'Neil")
    numbers = ("11010519491231002X", None, "AB12")
    phones = ("13800138000", None, "12345")
    people = [f"p{n}" for n in range(3)]
    cases = pl.DataFrame(
        {"name": names, "id_no": numbers, "mobile": phones, "mobile_alt": [None] * 3,
         "email": [None] * 3, "address": ['"路"1号\n', None, ""], "employer": [None] * 3,
         "person": people},
        schema_overrides=dict.fromkeys(("mobile_alt", "email", "employer"), pl.String),
    )  # fmt: skip
    indexes = person_indexes(cases["person"], 7, vault())
    rows = sealed_people(cases, indexes, 7, vault()).rows()
    for row, name, number, phone, one in zip(rows, names, numbers, phones, people, strict=True):
        index, key, data, masked, id_masked, phone_masked, phone_index = row
        assert index == vault().blind_index(one, kind="person")
        assert masked == (name if name == "–" else mask_name(name))
        assert id_masked == (mask_id(number) if number else None)
        assert phone_masked == (mask_phone(phone) if phone else None)
        assert phone_index == (vault().blind_index(phone, kind="phone") if phone else None)
        cipher = vault().personal_key(key, place=personal_place(7, index))
        opened = Person(**json.loads(open_with(cipher, data)))
        assert (opened.name, opened.id_no, opened.mobile) == (name, number or "", phone or "")
    assert len({row[1] for row in rows}) == 3
    assert (
        json.loads(
            open_with(
                vault().personal_key(rows[0][1], place=personal_place(7, rows[0][0])),
                rows[0][2],
            )
        )["address"]
        == '"路"1号\n'
    )


def test_odd_letters_survive_the_way_into_the_database(committed_tape: Bring) -> None:
    rows = [
        with_cell(good_row(1), "案件编号", "\\N"),
        with_cell(good_row(2), "案件编号", 'a"b\\,{c}'),
    ]
    committed_tape(as_csv(rows))
    found = set(db.session.scalars(select(Case.lender_case_no)))
    assert found == {"\\N", 'a"b\\,{c}'}


def test_what_the_cover_promises_is_filled_in(clara: User, entity: LegalEntity) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    cover, cases = book.add_worksheet("封面"), book.add_worksheet("明细")
    for at, line in enumerate((("笔数", 2), ("本金合计", "2003.00"))):
        cover.write_row(at, 0, line)
    for at, row in enumerate((HEADERS, good_row(1), good_row(2))):
        cases.write_row(at, 0, row)
    book.close()
    with as_user(clara):
        tape = portfolios.upload_tape(
            "t.xlsx", stream.getvalue(), portfolio_name="Covered", entity_id=entity.id,
            by=clara, now=NOON,
        )  # fmt: skip
    assert (tape.expected_rows, tape.expected_principal_minor) == (2, 200_300)


def test_a_tape_is_compared_with_the_book(committed_tape: Bring, checked: Bring) -> None:
    headers = [*HEADERS, "合同号"]
    first = [[*good_row(n), f"HT-2023-{n:08d}"] for n in (1, 2)]
    assert committed_tape(as_csv(first, headers=headers)).counts["cases_known"] == 0
    again = [
        [*good_row(1), "HT-2023-00000001"], [*good_row(3), "HT-2023-00000002"],
        [*good_row(4), "HT-2023-00000009"],
    ]  # fmt: skip
    tape = checked(as_csv(again, headers=headers))
    assert tape.counts["cases_known"] == 1
    assert tape.counts["rows_valid"] == 3
    (found,) = db.session.scalars(select(TapeIssue).where(TapeIssue.tape_id == tape.id))
    assert (found.kind, found.row, found.column) == ("contract_in_book", 3, "合同号")
    assert not found.rejects
    assert "00000002" not in found.value_masked
