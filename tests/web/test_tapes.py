"""Correcting a tape in its grid, as a person does it."""

import re

import pytest
from flask import Flask

from marketplace.accounts import User
from tests import factories
from tests.conftest import NOON, client_of
from tests.portfolios.conftest import checked, entity
from tests.portfolios.tapes import as_csv, good_row, with_cell

__all__ = ["checked", "entity"]


@pytest.fixture
def page(checked, clara: User) -> str:
    rows = [good_row(1), with_cell(good_row(2), "客户姓名", "")]
    return f"/lender/tapes/{checked(as_csv(rows)).code}"


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None
    return found.group(1)


def test_a_value_typed_into_the_grid_counts(app: Flask, page: str, clara: User) -> None:
    client = client_of(app, clara)
    text = client.get(page).text
    cell = re.search(r'name="(value-\d+)"', text)
    assert cell is not None
    form = {"version": hidden(text, "version"), cell.group(1): "李小红", "act": "correct"}
    assert "needs a reason" in client.post(f"{page}/fix", data=form).text
    done = client.post(f"{page}/fix", data=form | {"reason": "by the contract"})
    assert done.status_code == 303
    factories.drain(NOON)
    text = client.get(page).text
    assert "by the contract" in text
    assert "Import 2 valid rows" in text
    assert (
        client.post(f"{page}/undo", data={"version": hidden(text, "version")}).status_code
        == 303
    )
    factories.drain(NOON)
    assert "Import 1 valid row" in client.get(page).text


def test_all_rows_of_a_kind_are_left_out(app: Flask, page: str, clara: User) -> None:
    client = client_of(app, clara)
    text = client.get(page, query_string={"kind": "missing_name"}).text
    form = {name: hidden(text, name) for name in ("version", "kind", "column")}
    done = client.post(f"{page}/fix-all", data=form | {"act": "leave_out", "reason": "no name"})
    assert done.status_code == 303
    factories.drain(NOON)
    assert "Import 1 valid row" in client.get(page).text
    assert client.get(f"{page}/annotated.xlsx").data[:2] == b"PK"
