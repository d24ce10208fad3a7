"""What gaps in a column cost a book: against planted truth and a plain search for donors."""

import numpy as np
import pandas as pd
import pytest

from pricing import Model, Prior, _missing, fit, missing_effects
from tests.pricing.planted import lots_of

PRIOR = Prior.default("CN")
LEARNED = fit(*lots_of(10, 300, seed=1), prior=PRIOR)
BOOK, _, _ = lots_of(2, 500, seed=3)


def test_a_book_without_gaps_loses_nothing() -> None:
    found = missing_effects(LEARNED, BOOK, ["dpd", "product", "noise"])
    assert found["missing"].tolist() == [0, 0, 0]
    assert found["filled"].tolist() == [0, 0, 0]


def test_withheld_is_the_value_of_the_book_without_the_column() -> None:
    found = missing_effects(LEARNED, BOOK, ["product"], commission=0.2)
    blank = BOOK.assign(product=pd.Series(np.nan, index=BOOK.index, dtype=object))
    worth = [LEARNED.value_portfolio(one, commission=0.2).mean for one in (blank, BOOK)]
    assert found.loc["product", "withheld"] == pytest.approx(worth[0] - worth[1])
    assert found.loc["product", "withheld"] != 0


def test_gaps_at_random_are_priced_at_what_they_hide() -> None:
    hidden = BOOK.copy()
    gone = np.random.default_rng(5).random(len(hidden)) < 0.4
    hidden.loc[gone, "dpd"] = np.nan
    found = missing_effects(LEARNED, hidden, ["dpd"])
    full, less = (LEARNED.value_portfolio(one).mean for one in (BOOK, hidden))
    assert found.loc["dpd", "missing"] == gone.sum()
    # Donors stand for the hidden ages as a whole; which case had which is lost.
    assert found.loc["dpd", "filled"] == pytest.approx(full - less, rel=0.35)


def test_donors_are_the_nearest_of_the_same_product() -> None:
    book = BOOK.copy()
    rng = np.random.default_rng(6)
    book["grade"] = rng.choice(["a", "b", "c"], len(book)).astype(object)
    gone = rng.random(len(book)) < 0.3
    book.loc[gone, "grade"] = np.nan
    filled = _missing._filled(book, "grade")
    assert filled is not None
    for at in np.flatnonzero(gone)[:60]:
        same = book[(book["product"] == book["product"].iloc[at]) & ~gone]
        away = (same["dpd"] - book["dpd"].iloc[at]).abs()
        nearest = set(same.loc[away == away.min(), "grade"])
        assert filled["grade"].iloc[at] in nearest
    assert filled.loc[~gone].equals(book.loc[~gone])


def test_of_few_known_ones_the_whole_book_gives_donors() -> None:
    book = BOOK.copy()
    book["noise"] = np.where(book["product"] == "card", np.nan, book["noise"])
    filled = _missing._filled(book, "noise")
    assert filled is not None
    assert not filled["noise"].isna().any()
    assert set(filled["noise"]) <= set(BOOK["noise"])


def test_a_column_that_is_empty_or_absent_cannot_be_filled() -> None:
    book = BOOK.assign(noise=np.nan)
    found = missing_effects(LEARNED, book, ["noise", "nowhere"])
    assert found["missing"].tolist() == [len(book), len(book)]
    assert found["filled"].isna().all()
    assert found["withheld"].tolist() == [0, 0]


def test_before_anything_is_learned_only_age_matters() -> None:
    hidden = BOOK.copy()
    hidden.loc[::3, ["dpd", "noise"]] = np.nan
    found = missing_effects(Model.from_prior(PRIOR), hidden, ["dpd", "noise"])
    assert found.loc["dpd", "filled"] != 0
    assert found.loc["noise"].tolist()[1:] == [0, 0]


def test_a_large_book_is_sampled_and_scaled(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = BOOK.copy()
    hidden.loc[::2, "dpd"] = np.nan
    whole = missing_effects(LEARNED, hidden, ["dpd"])
    monkeypatch.setattr(_missing, "SAMPLE", 500)
    sampled = missing_effects(LEARNED, hidden, ["dpd"])
    assert sampled.loc["dpd", "missing"] == whole.loc["dpd", "missing"]
    assert sampled.loc["dpd", "filled"] == pytest.approx(whole.loc["dpd", "filled"], rel=0.4)


def test_a_protected_attribute_is_refused() -> None:
    with pytest.raises(ValueError, match="gender"):
        missing_effects(LEARNED, BOOK.assign(gender="f"), ["gender"])
