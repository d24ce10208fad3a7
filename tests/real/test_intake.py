"""The whole month through the database: the same groups as the command's, and in seconds."""

import csv
import io
import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import load_workbook
from sqlalchemy import insert, select, text

from marketplace import intake
from marketplace.accounts import Kind, Role, User
from marketplace.core.db import db
from marketplace.intake import Brought, FileKind
from marketplace.placements import Placement, PlacementCase, PlacementStatus
from marketplace.portfolios import Case, Debtor, Portfolio, PortfolioStatus
from marketplace.reconciliation import read_month, reconcile
from tests import factories
from tests.conftest import as_user, person

FOLDER = Path(__file__).parents[3] / "shared" / "payments"
MONTH, NOW = date(2026, 3, 1), datetime(2026, 4, 2, tzinfo=UTC)

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FOLDER.exists(), reason=f"the month is not there: {FOLDER}"),
]


@pytest.fixture
def people(app) -> dict[str, User]:
    """A member of finance of each lender, and a manager of each agency."""
    lenders = {
        name: person(f"money-{name}", name, Kind.LENDER, Role.FINANCE)
        for name in ("la1", "la2", "la3")
    }
    agencies = {
        name: person(f"boss-{name}", name, Kind.AGENCY, Role.MANAGER)
        for name in ("aga1", "aga2", "aga3", "aga4")
    }
    return {name.upper(): one for name, one in (lenders | agencies).items()}


@pytest.fixture
def codes(people: dict[str, User]) -> dict[str, str]:
    """The cases of the month with their placements; by the code in the files, their own."""
    with (FOLDER / "cases.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, str] = {}
    for lender in ("LA1", "LA2", "LA3"):
        found |= _place(people, lender, [row for row in rows if row["lender"] == lender])
    return found


def _place(people: dict[str, User], lender: str, rows: list[dict[str, str]]) -> dict[str, str]:
    owner = people[lender]
    book = Portfolio(
        lender_id=owner.organisation_id, entity_id=factories.entity(owner).id, name=lender,
        currency="CNY", balance_as_of=MONTH, status=PortfolioStatus.PLACED, created_at=NOW,
    )  # fmt: skip
    db.session.add(book)
    db.session.flush()
    debtors = _debtors(owner, sorted({row["debtor_key"] for row in rows}))
    by_code: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_code[row["case_code"]].append(row)
    db.session.execute(
        insert(Case),
        [
            {
                "lender_id": owner.organisation_id, "entity_id": book.entity_id,
                "portfolio_id": book.id, "debtor_id": debtors[held[0]["debtor_key"]],
                "lender_case_no": held[0]["lender_case_no"], "currency": "CNY",
                "principal_minor": 1, "interest_minor": 0, "fees_minor": 0,
                "balance_minor": int(held[0]["balance_minor"]), "balance_as_of": MONTH,
                "overdue_on": date.fromisoformat(held[0]["oldest_due"]),
                "product": "cash_loan", "region": "31", "dpd": 400,
            }
            for held in by_code.values()
        ],
    )  # fmt: skip
    cases = {
        case.lender_case_no: case
        for case in db.session.scalars(select(Case).where(Case.portfolio_id == book.id))
    }
    _windows(people, owner, book, rows, cases)
    return {code: cases[held[0]["lender_case_no"]].code for code, held in by_code.items()}


def _debtors(owner: User, keys: list[str]) -> dict[str, int]:
    rows = [
        {"lender_id": owner.organisation_id, "person_index": key.encode(), "time_zone": "UTC"}
        for key in keys
    ]
    db.session.execute(insert(Debtor), rows)
    found = db.session.execute(
        select(Debtor.person_index, Debtor.id).where(Debtor.lender_id == owner.organisation_id)
    )
    return {bytes(row.person_index).decode(): row.id for row in found}


def _windows(people, owner, book, rows, cases) -> None:
    groups: dict[tuple[str, str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        end = row["recalled_on"] or row["recall_due"]
        groups[row["agency"], row["placement_start"], end].append(row)
    agents = sorted({name for name, _start, _end in groups})
    signed = {name: factories.papers(owner, people[name]) for name in agents}
    for (name, start, end), held in groups.items():
        begun, ended = date.fromisoformat(start), date.fromisoformat(end)
        contract = signed[name].contract
        made = Placement(
            lender_id=owner.organisation_id, agency_id=people[name].organisation_id,
            portfolio_id=book.id, contract_id=contract.id,
            lender_entity_id=contract.lender_entity_id,
            agency_entity_id=contract.agency_entity_id, award_reference="AU", currency="CNY",
            cases=len(held), balance_minor=1, starts_on=begun,
            recall_due_on=begun + timedelta(days=400), answer_due_at=NOW,
            status=PlacementStatus.RECALLED, offered_by_id=owner.id, offered_at=NOW,
            answered_by_id=people[name].id, answered_at=NOW,
            ended_at=datetime(ended.year, ended.month, ended.day, 12, tzinfo=UTC),
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        db.session.execute(
            insert(PlacementCase),
            [
                {
                    "placement_id": made.id, "lender_id": owner.organisation_id,
                    "case_id": cases[row["lender_case_no"]].id, "agency_id": made.agency_id,
                    "rate_bps": 2000, "placed_balance_minor": 1, "segment": "s",
                    "debtor_id": cases[row["lender_case_no"]].debtor_id, "round": 1,
                    "dpd": 400, "product": "cash_loan", "secured": False,
                    "litigated": False, "open": False,
                }
                for row in held
            ],
        )  # fmt: skip


def _brought(lender: str, profile: dict[str, Any], codes: dict[str, str]) -> list[Brought]:
    given = profile["lenders"][lender]

    def read(name: str) -> bytes:
        return (FOLDER / name).read_bytes()

    files = [
        Brought(FileKind.LEDGER, given["ledger_file"], read(given["ledger_file"])),
        Brought(FileKind.BANK, given["bank_file"], read(given["bank_file"])),
        Brought(FileKind.HOLIDAYS, "holidays.csv", read("holidays.csv")),
    ]
    with (FOLDER / "cases.csv").open(encoding="utf-8-sig") as file:
        pairs = {(row["debtor_key"], row["lender_case_no"]) for row in csv.DictReader(file)}
    debtors = "debtor_key,lender_case_no\n" + "\n".join(",".join(pair) for pair in pairs)
    files.append(Brought(FileKind.DEBTORS, "debtors.csv", debtors.encode()))
    for name, about in profile["agencies"].items():
        claims = _own_claims(about, lender, codes)
        files.append(Brought(FileKind.CLAIMS, about["claims_file"], claims, name))
    return files


def _own_claims(about: dict[str, Any], lender: str, codes: dict[str, str]) -> bytes:
    """An agency's claims from one lender, each in the row where it stood."""
    path = FOLDER / about["claims_file"]
    columns = {field: name for name, field in about["columns"].items()}
    if path.suffix == ".xlsx":
        rows = load_workbook(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    header = [str(cell).strip() for cell in rows[0]]
    at_lender, at_case = header.index(columns["lender"]), header.index(columns["case_no"])
    kept: list[list[Any]] = [header]
    for row in rows[1:]:
        mine = str(row[at_lender]).strip() == lender
        if mine and about["case_no_is"] == "case_code":
            row[at_case] = codes.get(row[at_case], row[at_case])
        kept.append(list(row) if mine else [])
    return _as_xlsx(kept) if path.suffix == ".xlsx" else _as_csv(kept)


def _as_csv(rows: list[list[Any]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def _as_xlsx(rows: list[list[Any]]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    for n, row in enumerate(rows):
        for m, cell in enumerate(row):
            sheet.write(n, m, str(cell) if isinstance(cell, date) else cell)
    book.close()
    return stream.getvalue()


def _stored() -> set[tuple[Any, ...]]:
    rows = db.session.execute(
        text(
            "SELECT g.kind, g.automatic, f.amount_minor, f.cases, f.commissionable,"
            " array_agg(l.place) AS places FROM intake_groups g"
            " JOIN intake_figures f ON f.group_id = g.id"
            " JOIN intake_members m ON m.group_id = g.id"
            " JOIN intake_lines l ON l.id = m.line_id GROUP BY g.id, f.group_id"
        )
    )
    return {
        (row.kind, row.automatic, row.amount_minor, frozenset(row.cases),
         frozenset(row.commissionable.items()), frozenset(row.places))
        for row in rows
    }  # fmt: skip


def test_the_month_is_kept_as_the_command_finds_it(people, codes) -> None:
    profile = json.loads((FOLDER / "profiles.json").read_text("utf-8-sig"))
    brought = {lender: _brought(lender, profile, codes) for lender in profile["lenders"]}
    for lender, found in brought.items():
        with as_user(people[lender]):
            intake.bring_in(
                found, month=MONTH, profile=json.dumps(profile).encode(), by=people[lender],
                now=NOW,
            )  # fmt: skip
    factories.drain(NOW)
    wanted = {
        (group.kind.value, group.automatic, group.amount_minor,
         frozenset(codes.get(case, case) for case in group.cases),
         frozenset(group.commissionable_minor.items()),
         frozenset((*group.ledger, *group.bank, *group.claims)))
        for group in reconcile(read_month(FOLDER)).groups
    }  # fmt: skip
    stored = _stored()
    assert len(stored) == len(wanted) > 9_000
    assert stored == wanted
    lines = db.session.execute(text("SELECT count(*) FROM intake_lines")).scalar_one()
    assert lines > 26_000
    _approve_and_look(people["LA1"])


def _approve_and_look(finance: User) -> None:
    """A second person approves thousands of lines at once, and the pages say the same."""
    approver = person("second-la1", "la1", Kind.LENDER, Role.APPROVER)
    lender_id = finance.organisation_id
    with as_user(approver):
        proposal = next(
            row for row in intake.decisions(lender_id, MONTH) if row.kind == "automatic"
        )
        _decision, verified = intake.check(proposal.code, agree=True, by=approver, now=NOW)
        found = intake.totals(lender_id, MONTH)
        shown = intake.queue(lender_id, MONTH, intake.Filter())
    assert verified > 2_000
    assert {one.state for one in found} == {"settled", "open"}
    assert shown.total == sum(one.groups for one in found if one.state == "open")
