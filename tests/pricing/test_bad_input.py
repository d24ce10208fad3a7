"""What must not be valued is refused, and the refusal names it."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing import Model, Prior

MODEL = Model.from_prior(Prior.default("CN"))
BOOK = pd.DataFrame({"case_id": ["a", "b"], "balance": [100.0, 200.0], "dpd": [300, 400]})


@pytest.mark.parametrize(
    "column",
    [
        "gender", "Sex", "female", "age", "Birth Date", "ethnicity", "religion", "nationality",
        "marital_status", "debtor_gender", "borrower-age", "性别", "民族",
    ],
)  # fmt: skip
def test_protected_attributes_are_refused(column: str) -> None:
    for value in (MODEL.value_cases, MODEL.value_portfolio):
        with pytest.raises(ValueError, match=f"{column}.*protected attribute"):
            value(BOOK.assign(**{column: 1}))
    cells = pd.DataFrame({"count": [1], "balance": [1.0], column: [0]})
    totals = {"count": 1, "balance": 1.0}
    with pytest.raises(ValueError, match="protected attribute"):
        MODEL.value_distribution(joint=cells, totals=totals)
    with pytest.raises(ValueError, match="protected attribute"):
        MODEL.value_distribution(marginals={column: {1: 1}}, totals=totals)


def test_ages_of_debts_are_not_ages_of_people() -> None:
    MODEL.value_portfolio(BOOK.assign(contract_age_days=3, message=1, racecourse=2))


@given(
    bad=st.one_of(st.floats(max_value=0.0), st.just(float("nan")), st.just(float("inf"))),
    row=st.integers(0, 1),
)
@settings(max_examples=40, deadline=None)
def test_bad_balances_are_refused_by_row(bad: float, row: int) -> None:
    balance = [100.0, 200.0]
    balance[row] = bad
    with pytest.raises(ValueError, match=f"balance.*row {row}"):
        MODEL.value_portfolio(BOOK.assign(balance=balance))


@given(bad=st.one_of(st.floats(max_value=-1e-9), st.just(float("inf"))))
@settings(max_examples=20, deadline=None)
def test_bad_ages_are_refused_by_row(bad: float) -> None:
    with pytest.raises(ValueError, match=r"dpd.*row 1"):
        MODEL.value_cases(BOOK.assign(dpd=[300.0, bad]))
    with pytest.raises(ValueError, match="dpd"):
        MODEL.prior.rate([bad])


@pytest.mark.parametrize(
    ("book", "named"),
    [
        (BOOK.drop(columns="balance"), "balance"),
        (BOOK.assign(balance=["x", "y"]), "balance"),
        (BOOK.assign(balance=[True, True]), "balance"),
        (BOOK.assign(case_id="a"), "case_id 'a' occurs twice; row 1"),
        (BOOK.assign(currency=["CNY", "USD"]), "currency"),
        (pd.concat([BOOK, BOOK[["dpd"]]], axis=1), "'dpd' twice"),
        ([1, 2], "DataFrame"),
    ],
)
def test_bad_tapes(book: Any, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        MODEL.value_portfolio(book)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("cost", -1.0), ("cost", np.nan), ("discount", -1.0), ("discount", np.nan),
        ("commission", 1.1), ("commission", np.nan), ("lots", [1]),
    ],
)  # fmt: skip
def test_bad_terms(name: str, bad: Any) -> None:
    with pytest.raises(ValueError, match=name):
        MODEL.value_portfolio(BOOK, **{name: bad})


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, float("nan")])
def test_bad_levels(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        MODEL.value_portfolio(BOOK).band(level)
    if level < 0 or level != level:
        with pytest.raises(ValueError, match="q must"):
            MODEL.value_cases(BOOK).quantile(level)


@pytest.mark.parametrize(
    "changes", [{"fresh": 0.0}, {"tau": -1.0}, {"decay": np.nan}, {"fresh": 5.0}]
)
def test_bad_priors(changes: dict[str, float]) -> None:
    fields = {**vars(Prior.default("CN")), **changes}
    with pytest.raises(ValueError, match=next(iter(changes))):
        Prior(**fields)
