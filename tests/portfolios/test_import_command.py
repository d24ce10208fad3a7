"""`flask import-tape`: what it prints, what it keeps, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts import Organisation, User
from marketplace.core.db import db
from marketplace.portfolios import Case, Tape
from tests.portfolios.tapes import as_csv, good_row, with_cell
from tests.portfolios.test_any_tape import PLAIN, plain_row, sheets

SAID = {"": {"import_defaults": {"balance_as_of": "2025-06-30"}}}


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Any:
    def call(content: bytes, *more: str, name: str = "a.csv", said: Any = SAID) -> Result:
        (tmp_path / name).write_bytes(content)
        (tmp_path / "p.json").write_text(said if isinstance(said, str) else json.dumps(said))
        return app.test_cli_runner().invoke(
            args=["import-tape", str(tmp_path / name), "--jurisdiction", "CN",
                  "--profile", str(tmp_path / "p.json"), "--json", *more],
        )  # fmt: skip

    return call


def short_code(user: User) -> str:
    return db.session.get_one(Organisation, user.organisation_id).short_code


def test_a_dry_run_needs_no_lender_and_keeps_nothing(run: Any) -> None:
    rows = [good_row(1), with_cell(good_row(2), "剩余本金(元)", "x")]
    result = run(as_csv(rows), "--lender", "NOBODY", "--dry-run")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["expected"]["rows_valid"] == 1
    assert found["defects"] == [
        {"sheet": None, "row": 3, "column": "剩余本金(元)", "kind": "bad_amount",
         "severity": "reject"}
    ]  # fmt: skip
    assert db.session.scalar(select(func.count()).select_from(Tape)) == 0


@pytest.mark.parametrize(
    ("content", "said", "words"),
    [
        (b"a,b\n1,2\n", SAID, "column headings"),
        (b"", SAID, "empty"),
        (as_csv([good_row(1)]), "{", "p.json"),
        (as_csv([good_row(1)]), {"": {"enums": {}}}, "enums"),
        (as_csv([good_row(1)]), {"": {"flag_values": {"停催": {"是": "zz"}}}}, "zz"),
        (as_csv([good_row(1)]), {"": {"mapping": {"备注": "nothing"}}}, "nothing"),
        (as_csv([good_row(1)]), {"": {"import_defaults": {"recall_due": "soon"}}}, "soon"),
        (as_csv([good_row(1)]), [1], "keyed by sheet"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    run: Any, content: bytes, said: Any, words: str
) -> None:
    result = run(content, "--lender", "NOBODY", "--dry-run", said=said)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in result.stderr


def test_a_cover_that_differs_stops_the_import(run: Any, clara: User) -> None:
    pages = (
        ("封面", [["表", "笔数", "本金(元)"], ["甲", 9, 100]]),
        ("甲", [PLAIN, plain_row(1)]),
    )
    result = run(
        sheets(*pages), "--lender", short_code(clara), name="a.xlsx", said={"甲": SAID[""]}
    )
    assert result.exit_code == 3
    assert json.loads(result.stdout)["file_level_defects"][0]["sheet"] == "甲"
    assert "nothing is imported" in result.stderr
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_a_mapping_in_the_profile_has_the_last_word(run: Any) -> None:
    said = {"": SAID[""] | {"mapping": [
        {"header": "备注", "field": None},
        {"header": "剩余本金(元)", "field": "principal", "unit_multiplier": "10000"},
    ]}}  # fmt: skip
    result = run(as_csv([good_row(1)]), "--lender", "NOBODY", "--dry-run", said=said)
    columns = {c["header"]: c for c in json.loads(result.stdout)["tables"][0]["columns"]}
    assert columns["备注"]["field"] is None
    assert columns["剩余本金(元)"]["unit_multiplier"] == "10000"


def test_without_json_it_prints_lines(run: Any, app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "b.csv"
    file.write_bytes(as_csv([with_cell(good_row(2), "备注", "=x")]))
    result = app.test_cli_runner().invoke(
        args=["import-tape", str(file), "--lender", "X", "--jurisdiction", "CN", "--dry-run"]
    )
    assert "formula_in_text" in result.stdout
    assert "rows_total" in result.stdout


def test_an_unknown_lender_is_named(run: Any) -> None:
    result = run(as_csv([good_row(1)]), "--lender", "NOBODY")
    assert result.exit_code == 1
    assert "no lender NOBODY" in result.stderr
