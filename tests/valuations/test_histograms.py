"""A book of which only distributions are shared: read, checked, valued with a wider band."""

import pytest

from marketplace import valuations
from marketplace.accounts import User
from marketplace.core.exports import Sheet, workbook
from tests import factories
from tests.conftest import NOON, as_user
from tests.refusing import refused

TERMS = {"cost_bps": 0, "discount_bps": 800, "commission_bps": 2500}
SINGLE = """dimension,group,cases,balance
total,,1200,360000.00
dpd,270,800,220000
dpd,540,400,140000
product,credit_card,900,250000
product,consumer_loan,300,110000
"""
JOINT = """dpd,product,cases,balance
270,credit_card,700,200000
270,consumer_loan,100,20000
540,credit_card,400,140000
540,consumer_loan,0,0
"""


def read(content: str, name: str = "book.csv") -> valuations.Distribution:
    return valuations.read_distribution(name, content.encode(), digits=2)


def test_single_histograms_are_read() -> None:
    found = read(SINGLE)
    assert (found.count, found.balance_minor) == (1200, 36_000_000)
    assert found.marginals == {
        "dpd": [[270.0, 22_000_000], [540.0, 14_000_000]],
        "product": [["credit_card", 25_000_000], ["consumer_loan", 11_000_000]],
    }


def test_a_joint_table_is_read_and_adds_up_itself() -> None:
    found = read(JOINT)
    assert (found.count, found.balance_minor) == (1200, 36_000_000)
    assert found.joint[0] == {
        "dpd": 270.0, "product": "credit_card", "count": 700, "balance": 20_000_000,
    }  # fmt: skip
    assert len(found.joint) == 3, "an empty cell is no cell"


def test_a_workbook_and_a_bom_do_as_well() -> None:
    rows = [line.split(",") for line in SINGLE.splitlines()]
    content = workbook([], [Sheet("D", rows[0], rows[1:])], about_last=True)
    assert valuations.read_distribution("b.xlsx", content, digits=2) == read(SINGLE)
    assert read("\ufeff" + SINGLE) == read(SINGLE)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "cannot be read"),
        ("dimension,group,cases,balance\n", "no rows"),
        ("dimension,group,cases\ntotal,,1\n", "no column “balance”"),
        ("dimension,cases,balance\ntotal,1,1\n", "no column “group”"),
        (SINGLE.replace("total", "dpd"), "group of “dpd” is empty"),
        (SINGLE + "total,,1,1\n", "exactly one row “total”"),
        (SINGLE + "dpd,270,1,1\n", "Row 7: the group “270” of “dpd” occurs twice"),
        (SINGLE + "gender,f,1,1\n", "cannot be divided by “gender”"),
        (SINGLE.replace("800,", "8e,"), "Row 3: “8e” is not a number"),
        (SINGLE.replace("800,", "-800,"), "Row 3: “-800” is not a number"),
        (SINGLE.replace("800,", "80.5,"), "Row 3: the number of cases must be whole"),
        (SINGLE.replace("140000", "150000"), "“dpd” do not add up"),
        (SINGLE.replace("1200,360000.00", "0,0"), "must have cases"),
        ("dimension,group,cases,balance\ntotal,,1,1\n", "no groups"),
        ("cases,balance\n1,1\n", "divides the book by nothing"),
        (JOINT.replace("270", "x", 1), "Row 2: “x” is not a number"),
    ],
)
def test_a_bad_file_is_refused_in_words(content: str, words: str) -> None:
    with refused(words):
        read(content)


def test_a_file_that_is_none_is_refused() -> None:
    with refused("cannot be read"):
        valuations.read_distribution("b.xlsx", b"PK no", digits=2)
    with refused("cannot be read"):
        valuations.read_distribution("b.csv", b"\xff\xfe\x00", digits=2)


@pytest.mark.parametrize("content", [SINGLE, JOINT])
def test_it_is_valued_with_a_wider_band_than_cases(content: str, clara: User) -> None:
    with as_user(clara):
        asked = valuations.request_distribution_value(
            " Private book ", read(content), currency="CNY", **TERMS, by=clara, now=NOON
        )
    factories.drain()
    assert asked.failure is None
    assert asked.name == "Private book"
    assert asked.portfolio_id is None
    assert asked.figures["n"] == 1200
    assert asked.figures["balance_minor"] == 36_000_000
    assert any(line.startswith("from-") for line in asked.figures["warnings"])
    cases = factories.portfolio(clara, 30, balance_minor=1_200_000, dpd=350)
    with as_user(clara):
        other = valuations.request_valuation(cases.id, **TERMS, by=clara, now=NOON)
    factories.drain()
    assert asked.figures["tau"] > other.figures["tau"]


def test_it_needs_a_name_and_belongs_to_its_lender(clara: User, bea: User, amy: User) -> None:
    with refused("needs a name"):
        valuations.request_distribution_value(
            " ", read(SINGLE), currency="CNY", **TERMS, by=clara, now=NOON
        )
    asked = valuations.request_distribution_value(
        "Mine", read(SINGLE), currency="CNY", **TERMS, by=clara, now=NOON
    )
    factories.drain()
    for stranger in (bea, amy):
        with as_user(stranger):
            assert valuations.valuations_of(clara.organisation_id) == []
    with as_user(clara):
        assert valuations.valuations_of(clara.organisation_id) == [asked]
