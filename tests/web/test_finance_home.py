"""Finance's start page: queues with their pages, ages, months, rails."""

import pytest
from flask import Flask

from marketplace.accounts import User
from tests import factories
from tests.conftest import client_of
from tests.intake.files import small_month

QUEUES = (
    "/finance/statements/", "/finance/disputes/", "/finance/proposals/", "/finance/rails/",
    "/finance/incidents/",
)  # fmt: skip


def test_an_empty_house_is_said(app: Flask, pia: User) -> None:
    page = client_of(app, pia).get("/finance/").text
    for words in (
        "Everything that was brought in is reconciled.", "Nothing has been posted yet.",
        "No statement has been approved yet.", "There is no statement yet.",
    ):  # fmt: skip
        assert words in page


def test_it_shows_what_waits_and_where(
    app: Flask, fred: User, fang: User, pia: User, paul: User
) -> None:
    factories.paid_by_bank(approve=False)
    page = client_of(app, pia).get("/finance/").text
    waiting = page.split("What waits for somebody")[1].split("</table>")[0]
    for address in QUEUES:
        assert f'href="{address}"' in waiting
    row = waiting.split("Statements to approve")[1].split("</tr>")[0]
    assert "</svg>1</span>" in row


def test_it_shows_ages_months_and_rails(
    app: Flask, fred: User, fang: User, pia: User, paul: User
) -> None:
    factories.paid_by_bank()
    page = client_of(app, pia).get("/finance/").text
    assert "Bank, from lender to agency" in page
    assert "Month open" in page
    assert "¥26.50" in page


def test_the_ages_are_drawn_with_their_table(app: Flask, pia: User) -> None:
    small_month()
    page = client_of(app, pia).get("/finance/").text
    assert 'data-chart="bars"' in page
    assert "over 60 days" in page.split('id="ageing-CNY-data"')[0]


@pytest.mark.parametrize("who", ["olga"])
def test_who_may_only_read_sees_the_queues_of_what_they_may_read(app: Flask, who: str) -> None:
    page = client_of(app, factories.someone(who)).get("/finance/")
    assert page.status_code in {200, 404}
    assert "Statements to approve" not in page.text
