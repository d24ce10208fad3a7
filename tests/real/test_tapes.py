"""The eight hostile tapes through the command: all it prints against their truth files."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace import portfolios
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.portfolios import Case
from tests import factories

FOLDER = Path(__file__).parents[3] / "shared" / "tapes"
TAPES = sorted(FOLDER.glob("A*.truth.json"))

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not TAPES, reason=f"the tapes are not there: {FOLDER}"),
]

NOW = datetime(2026, 3, 2, tzinfo=UTC)
CONFIRMED = ("import_defaults", "enum_values", "flag_values")
"""What a person says of a sheet on the import screen."""


@pytest.fixture(params=TAPES or [None], ids=lambda path: path.name[:2] if path else "none")
def truth(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.param.read_text())
    return found


def printed(app: Flask, truth: dict[str, Any], folder: Path) -> tuple[dict[str, Any], int]:
    """One run of the command, with the profile that the truth file tells."""
    profile = folder / "profile.json"
    profile.write_text(
        json.dumps({
            table["sheet"] or "": {name: table[name] for name in CONFIRMED}
            for table in truth["tables"]
        })
    )  # fmt: skip
    result = app.test_cli_runner().invoke(
        args=["import-tape", str(FOLDER / truth["file"]), "--lender", "NOBODY",
              "--jurisdiction", truth["jurisdiction"], "--profile", str(profile),
              "--dry-run", "--json"],
    )  # fmt: skip
    return json.loads(result.stdout), result.exit_code


def true_table(table: dict[str, Any]) -> dict[str, Any]:
    names = ("index", "header", "field", "unit_multiplier")
    return {
        **{name: table[name] for name in ("sheet", "header_row", "first_data_row")},
        "columns": [{name: one.get(name) for name in names} for one in table["columns"]],
        "skipped_rows": table["skipped_rows"],
    }


def test_all_that_is_printed(app: Flask, truth: dict[str, Any], tmp_path: Path) -> None:
    found, code = printed(app, truth, tmp_path)
    for name in (
        "encoding", "delimiter", "jurisdiction", "date_system", "expected",
        "file_level_defects", "control_totals",
    ):  # fmt: skip
        assert found[name] == truth[name], name
    assert found["tables"] == [true_table(table) for table in truth["tables"]]
    assert code == (3 if truth["file_level_defects"] else 0)
    defects = {
        (one["sheet"], one["row"], one["column"], one["kind"], one["severity"])
        for one in found["defects"]
    }
    assert len(defects) == len(found["defects"])
    assert defects == {
        (table["sheet"], one["row"], one["column"], one["kind"], one["severity"])
        for table in truth["tables"]
        for one in table["defects"]
    }


def test_without_a_dry_run_it_keeps_what_it_prints(
    app: Flask, truth: dict[str, Any], tmp_path: Path, clara: User
) -> None:
    """The valid rows of every tape become cases, whatever country's rules it follows."""
    found, code = printed(app, truth, tmp_path)
    if code or truth["expected"]["rows_total"] > 10_000:
        pytest.skip("a person must decide first, or the tape takes its time")
    content = (FOLDER / truth["file"]).read_bytes()
    said = json.loads((tmp_path / "profile.json").read_text())
    report = portfolios.report_on(
        truth["file"], content, jurisdiction=truth["jurisdiction"],
        profile=portfolios.read_profile(said), today=NOW.date(),
    )  # fmt: skip
    entity = factories.entity(clara)
    tape = portfolios.import_tape_now(
        truth["file"], content, portfolio_name="A", entity_id=entity.id, by=clara, now=NOW,
        mapping=report.mapping, defaults={"profile": said} | report.defaults(),
        layout=report.layout,
    )  # fmt: skip
    for name in ("rows_total", "rows_valid", "rows_rejected", "rows_warned", "principal_minor"):
        assert tape.counts[name] == found["expected"][name], name
    cases = db.session.scalar(select(func.count()).where(Case.tape_id == tape.id))
    assert cases == found["expected"]["rows_valid"]
