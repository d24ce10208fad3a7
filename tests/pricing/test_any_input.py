"""Whatever comes in: a finite value, or an error that names column and row."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing import Model, Prior, fit
from tests.pricing.planted import lots_of

PRIOR = Prior.default("CN")
CASES, OUTCOMES, LOTS = lots_of(6, 120, seed=1)
CASES = CASES.assign(fees=CASES["balance"] * 0.1, case_id=np.arange(len(CASES)))
LEARNED = fit(CASES, OUTCOMES, LOTS, prior=PRIOR, market="CN")
MODELS = (Model.from_prior(PRIOR), LEARNED)
BOOK = CASES[:40].reset_index(drop=True)

finite = st.floats(1e-6, 1e12)
NOT_POSITIVE = st.one_of(
    st.floats(max_value=0.0), st.just(float("nan")), st.sampled_from([np.inf, -np.inf])
)
WORDS = st.one_of(st.text(max_size=5), st.sampled_from(["12", "1e3", "nan", "none", "７"]))
rows = st.integers(0, len(BOOK) - 1)


def put(name: str, row: int, entry: Any) -> pd.DataFrame:
    """The book with one entry changed."""
    column = list(BOOK[name]) if name in BOOK.columns else [1.0] * len(BOOK)
    column[row] = entry
    return BOOK.assign(**{name: pd.Series(column, index=BOOK.index)})


@given(bad=NOT_POSITIVE, row=rows, model=st.sampled_from(MODELS))
@settings(max_examples=40, deadline=None)
def test_balances(bad: float, row: int, model: Model) -> None:
    for value in (model.value_cases, model.value_portfolio):
        with pytest.raises(ValueError, match=f"balance must be positive.*row {row}$"):
            value(put("balance", row, bad))
    if row < 20:
        changed = CASES.assign(balance=CASES["balance"].where(CASES.index != row, bad))
        with pytest.raises(ValueError, match=f"balance must be positive.*row {row}$"):
            fit(changed, OUTCOMES, LOTS, prior=PRIOR)


@given(
    bad=st.one_of(st.floats(max_value=-1e-9), st.sampled_from([np.nan, np.inf])),
    row=st.integers(0, len(CASES) - 1),
)
@settings(max_examples=30, deadline=None)
def test_outcomes(bad: float, row: int) -> None:
    cash = OUTCOMES["cash_12m"].where(OUTCOMES.index != row, bad)
    with pytest.raises(ValueError, match=f"cash_12m must be finite.*row {row}$"):
        fit(CASES, OUTCOMES.assign(cash_12m=cash), LOTS, prior=PRIOR)


@given(
    name=st.sampled_from(["balance", "dpd", "fees", "score", "principal", "collateral_value"]),
    word=WORDS,
    row=rows,
)
@settings(max_examples=60, deadline=None)
def test_words_among_numbers(name: str, word: str, row: int) -> None:
    tape = put(name, row, word)
    with pytest.raises(ValueError, match=rf"{name} must hold numbers.*; row {row}$"):
        fit(tape, OUTCOMES[:40], LOTS[:40], prior=PRIOR)
    if name in {"balance", "dpd", "collateral_value"}:
        with pytest.raises(ValueError, match=rf"{name} must hold numbers.*; row {row}$"):
            MODELS[0].value_portfolio(tape)


def test_decimals_and_columns_of_nothing_are_read() -> None:
    exact = BOOK.assign(balance=pd.Series([Decimal("12.5")] * 40, dtype=object), dpd=None)
    plain = BOOK.assign(balance=12.5, dpd=np.nan)
    for model in MODELS:
        assert model.value_portfolio(exact).mean == model.value_portfolio(plain).mean


def test_words_alone_where_numbers_belong() -> None:
    for dtype in (object, "str"):
        tape = BOOK.assign(dpd=pd.Series(["300"] * 40, dtype=dtype))
        with pytest.raises(ValueError, match="dpd must hold numbers; got '300'; row 0"):
            LEARNED.value_cases(tape)
    cash = OUTCOMES.astype(object)
    cash.loc[3, "cash_12m"] = "5"
    with pytest.raises(ValueError, match=r"cash_12m must hold numbers.*row 3"):
        fit(CASES, cash, LOTS, prior=PRIOR)


def test_an_extra_column_of_both_numbers_and_words_is_refused() -> None:
    extra = pd.Series([1.5, "x", None] * (len(CASES) // 3), dtype=object)
    with pytest.raises(ValueError, match=r"extra holds numbers and words.*'x'; row 1"):
        fit(CASES.assign(extra=extra), OUTCOMES, LOTS, prior=PRIOR)


@given(
    entries=st.lists(st.one_of(st.none(), st.floats(-1e12, 1e12)), min_size=40, max_size=40),
    name=st.sampled_from(["fees", "dpd", "noise", "extra", "product"]),
)
@settings(max_examples=60, deadline=None)
def test_missing_and_extra_features_leave_a_finite_value(
    entries: list[float | None], name: str
) -> None:
    if name == "dpd":
        entries = [None if entry is None else abs(entry) for entry in entries]
    tape = BOOK.assign(**{name: pd.Series(entries, dtype=float)})
    value = LEARNED.value_portfolio(tape)
    assert np.isfinite([value.mean, *value.band(0.8), *value.curve()]).all()
    assert 0 < value.mean <= 1.5 * value.balance
    if all(entry is None for entry in entries) and name in {"fees", "dpd", "noise"}:
        assert any(w.startswith(f"missing-feature: {name}") for w in value.warnings)
    negative = sum(entry is not None and entry < 0 for entry in entries)
    if name == "fees" and negative:
        words = f"impossible-value: fees is negative in {negative} of the cases"
        assert any(w.startswith(words) for w in value.warnings)


@pytest.mark.parametrize("name", ["principal", "fees", "loan_amount", "prior_agency"])
@pytest.mark.parametrize("model", MODELS)
def test_impossible_features_are_named_with_their_row(name: str, model: Model) -> None:
    value = model.value_portfolio(put(name, 7, -1.0))
    assert any(
        w == f"impossible-value: {name} is negative in 1 of the cases, the first of them row 7"
        for w in value.warnings
    )


def test_truths_among_numbers_are_numbers() -> None:
    mixed = pd.Series([True, 0.0, None] * (len(CASES) // 3), dtype=object)
    model = fit(CASES.assign(mixed=mixed), OUTCOMES, LOTS, prior=PRIOR)
    assert model.learned is not None
    assert "mixed" in model.learned.features.numeric


def test_words_that_were_not_learned_from_are_named() -> None:
    value = LEARNED.value_portfolio(BOOK.assign(product="boat"))
    assert any(
        w.startswith("out-of-support: product of 100% of the cases is none of those")
        for w in value.warnings
    )


@given(cash=st.floats(0, 1e9), n=st.integers(1, 3))
@settings(max_examples=20, deadline=None)
def test_three_cases_and_fewer(cash: float, n: int) -> None:
    some = fit(
        CASES[:n], pd.DataFrame({"cash_12m": [cash] * n}), range(n), prior=PRIOR, market="CN"
    )
    value = some.value_portfolio(CASES[:n])
    assert value.basis == "prior"
    assert {"not-learned", "few-cases"} <= {w.split(":")[0] for w in value.warnings}


@given(factor=st.sampled_from([0.0, 1.0]), lots=st.sampled_from([1, 6]))
@settings(max_examples=8, deadline=None)
def test_nobody_or_everybody_paid_or_one_lot(factor: float, lots: int) -> None:
    cash = CASES[["balance"]].mul(0.3 * factor).set_axis(["cash_12m"], axis=1)
    value = fit(CASES, cash, LOTS % lots, prior=PRIOR).value_portfolio(BOOK)
    assert value.basis == "prior"
    assert any(w.startswith("not-learned") for w in value.warnings)


@given(row=st.integers(1, 39), other=st.sampled_from(["USD", "cny", " CNY"]))
@settings(max_examples=20, deadline=None)
def test_currencies_and_doubled_ids(row: int, other: str) -> None:
    mixed = BOOK.assign(currency=["CNY"] * row + [other] + ["CNY"] * (39 - row))
    with pytest.raises(ValueError, match="currency must be the same for all"):
        LEARNED.value_portfolio(mixed)
    with pytest.raises(ValueError, match=f"case_id .* occurs twice; row {row}$"):
        LEARNED.value_cases(put("case_id", row, BOOK["case_id"][0]))
    missing = put("case_id", row, None)
    missing["case_id"] = missing["case_id"].where(missing.index >= 1)
    with pytest.raises(ValueError, match="case_id must not be missing; row 0"):
        LEARNED.value_cases(missing)


@given(balances=st.lists(finite, min_size=1, max_size=30), dpd=st.floats(0, 1e5))
@settings(max_examples=60, deadline=None)
def test_any_sound_tape_has_a_value_within_its_balance(
    balances: list[float], dpd: float
) -> None:
    for model in MODELS:
        value = model.value_portfolio(pd.DataFrame({"balance": balances, "dpd": dpd}))
        assert any(w.startswith("impossible-value: dpd") for w in value.warnings) == (
            dpd > 36_525
        )
        low, high = value.band(0.9)
        assert 0 <= low <= value.mean <= high
        assert np.isfinite(high)
        assert value.breakdown("balance")["mean"].sum() == pytest.approx(value.mean)
        assert value.drivers()["amount"].sum() == pytest.approx(value.gross)
