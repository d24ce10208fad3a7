"""The eight hostile tapes through the command: all it prints against their truth files."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

FOLDER = Path(__file__).parents[3] / "shared" / "tapes"
TAPES = sorted(FOLDER.glob("A*.truth.json"))

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not TAPES, reason=f"the tapes are not there: {FOLDER}"),
]

CONFIRMED = ("import_defaults", "enum_values", "flag_values", "date_order")
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
