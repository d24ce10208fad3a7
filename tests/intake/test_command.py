"""The month that is kept is the month that the command prints, on months made at random."""

import json
import random
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace import intake, placements
from marketplace.core.db import db
from marketplace.intake import Brought, FileKind
from marketplace.placements import Placement
from marketplace.portfolios import Case
from marketplace.reconciliation import read_month, reconcile
from tests import factories
from tests.conftest import NOON, as_user
from tests.factories import someone
from tests.intake.files import LATER, MONTH, bank, claims, ledger, placed, table

AGENCY = {
    "columns": {name: name for name in ("claim_id", "lender", "case_no", "value_date")}
    | {"amount": "amount", "reference": "ledger_ref"},
    "amount_unit": "major",
    "case_no_is": "lender_case_no",
}
LENDER = {
    "currency": "CNY",
    "calendar": "CN",
    "ledger_style": "ref",
    "ledger_columns": {
        "case_no": "lender_case_no",
        "value_date": "value_date",
        "amount": "amount",
        "reference": "ledger_ref",
        "reverses": "reverses_ref",
    },
    "ledger_amount_unit": "major",
    "bank_format": "csv",
}


def write(
    folder: Path, cases: list[Case], agencies: dict[int, str], chance: random.Random
) -> list[Brought]:
    """A month of payments, many of them equal, late, short, split or told otherwise."""
    postings, entries, told = [], [], {"ANHENG": [], "HUAXIN": []}
    for n in range(60):
        case = chance.choice(cases)
        agency = agencies[case.id]
        day, amount = (
            chance.randint(2, 27),
            chance.choice((100, 100, 250, chance.randint(1, 400))),
        )
        when, shown = f"2026-03-{day:02}", f"2026-03-{day + chance.choice((0, 0, 1, 4)):02}"
        number = chance.choice((case.lender_case_no, case.lender_case_no, "no reference"))
        if chance.random() < 0.9:
            postings.append((case.lender_case_no, when, f"{amount}.00", f"R{n}"))
        if chance.random() < 0.2:
            entries += [(number, shown, f"{amount - 1}.00"), (number, shown, "1.00")]
        elif chance.random() < 0.9:
            entries.append((number, shown, f"{amount + chance.choice((0, 0, 0, 5))}.00"))
        if chance.random() < 0.7:
            reference = chance.choice(("", f"R{n}"))
            told[agency].append(
                (f"K{n}", case.lender_case_no, shown, f"{amount}.00", reference)
            )
    files = [ledger(*postings), bank(*entries)]
    files += [claims(*rows, agency=name, name=f"{name}.csv") for name, rows in told.items()]
    holidays = table(["date", "calendar", "kind"], [("2026-03-09", "CN", "holiday")])
    files.append(Brought(FileKind.HOLIDAYS, "holidays.csv", holidays))
    for file in files:
        (folder / file.name).write_bytes(file.content)
    return files


def describe(folder: Path, cases: list[Case], agencies: dict[int, str]) -> bytes:
    """The profile and the list of cases that the command reads besides."""
    given = LENDER | {"ledger_file": "ledger.csv", "bank_file": "bank.csv"}
    told = {name: AGENCY | {"claims_file": f"{name}.csv"} for name in ("ANHENG", "HUAXIN")}
    profile = json.dumps({"lenders": {"JIANGNAN": given}, "agencies": told}).encode()
    (folder / "profiles.json").write_bytes(profile)
    names = {
        someone("amy").organisation_id: "ANHENG",
        someone("ravi").organisation_id: "HUAXIN",
    }
    made = {names[row.agency_id]: row for row in db.session.scalars(select(Placement))}
    rows = []
    for case in cases:
        held = made[agencies[case.id]]
        recalled = held.ended_at.date() if held.ended_at else ""
        rows.append(
            (case.code, "JIANGNAN", case.lender_case_no, f"#{case.debtor_id}",
             agencies[case.id], held.starts_on, held.recall_due_on, recalled,
             case.balance_minor, case.balance_as_of)
        )  # fmt: skip
    header = [
        "case_code", "lender", "lender_case_no", "debtor_key", "agency", "placement_start",
        "recall_due", "recalled_on", "balance_minor", "oldest_due",
    ]  # fmt: skip
    (folder / "cases.csv").write_bytes(table(header, rows))
    return profile


@pytest.mark.parametrize("seed", range(6))
def test_the_groups_kept_are_those_of_the_command(
    app: Flask, tmp_path: Path, seed: int
) -> None:
    cases = placed(8)
    agencies = {case.id: "ANHENG" if n < 4 else "HUAXIN" for n, case in enumerate(cases)}
    if seed % 2:
        recalled = db.session.scalars(select(Placement)).first()
        placements.recall(
            recalled.id, reason="x", by=someone("clara"), now=NOON.replace(day=12)
        )
    files = write(tmp_path, cases, agencies, random.Random(seed))  # noqa: S311
    profile = describe(tmp_path, cases, agencies)
    fang = someone("fang")
    with as_user(fang):
        intake.bring_in(files, month=MONTH, profile=profile, by=fang, now=LATER)
    factories.drain(LATER)
    wanted = [
        (one["class"], one["auto"], one["amount_minor"], tuple(one["cases"]),
         tuple(sorted(one["commissionable_minor"].items())),
         tuple(sorted((*one["ledger"], *one["bank"], *one["claims"]))))
        for one in reconcile(read_month(tmp_path)).as_json()["groups"]
    ]  # fmt: skip
    assert sorted(kept()) == sorted(wanted)
    assert len({one[0] for one in wanted}) >= 4


def kept() -> list[tuple[object, ...]]:
    rows = db.session.execute(
        text(
            "SELECT g.kind, g.automatic, f.amount_minor, f.cases, f.commissionable,"
            " array_agg(l.place) AS places FROM intake_groups g"
            " JOIN intake_figures f ON f.group_id = g.id"
            " JOIN intake_members m ON m.group_id = g.id"
            " JOIN intake_lines l ON l.id = m.line_id GROUP BY g.id, f.group_id"
        )
    )
    return [
        (row.kind, row.automatic, row.amount_minor, tuple(row.cases),
         tuple(sorted(row.commissionable.items())), tuple(sorted(row.places)))
        for row in rows
    ]  # fmt: skip
