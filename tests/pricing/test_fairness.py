"""Protected attributes are kept out of values, and looked at only afterwards."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pricing import Prior, fit
from pricing._store import from_json, to_json
from pricing.evaluate import forward_chain
from pricing.fairness import fairness
from tests.pricing.planted import lots_of

PRIOR = Prior.default("CN")
CASES, OUTCOMES, LOTS = lots_of(8, 300, seed=1, tau=0.05)
MODEL = fit(CASES, OUTCOMES, LOTS, prior=PRIOR, market="CN")
RNG = np.random.default_rng(3)
GROUP = pd.Series(RNG.choice(["a", "b", "c"], len(CASES), p=[0.5, 0.3, 0.2]), name="ethnicity")


def test_groups_that_pay_alike_are_calibrated() -> None:
    report = fairness(MODEL, CASES, GROUP, OUTCOMES)
    assert report.attribute == "ethnicity"
    assert list(report.groups.index) == ["a", "b", "c"]
    assert report.groups["cases"].sum() == len(CASES)
    assert (report.groups["calibration_low"] < report.groups["calibration_high"]).all()
    # One in twenty intervals may miss by chance alone.
    assert len(report.warnings) <= 1
    held = (GROUP == "a").to_numpy()
    values = MODEL.value_cases(CASES).mean[held]
    recovery = np.minimum(OUTCOMES["cash_12m"] / CASES["balance"], 1.5)[held].to_numpy()
    row = report.groups.loc["a"]
    assert row["rate"] == pytest.approx(values.mean())
    assert row["error"] == pytest.approx((values - recovery).mean())
    assert row["calibration"] == pytest.approx(recovery.sum() / values.sum())
    half = 1.959964 * (values - recovery).std(ddof=1) / np.sqrt(held.sum())
    assert row["error_high"] - row["error"] == pytest.approx(half)
    assert row["miss"] == pytest.approx(np.abs(values - recovery).mean())


def test_a_group_that_is_undervalued_is_named() -> None:
    unfair = OUTCOMES.mul(np.where(GROUP == "b", 2.0, 1.0), axis=0)
    report = fairness(MODEL.value_cases(CASES), CASES, GROUP, unfair)
    assert report.groups.loc["b", "calibration_low"] > 1.2
    assert report.groups.loc["b", "error"] < 0
    assert any(w.startswith("miscalibrated: cash of b") for w in report.warnings)
    assert fairness(MODEL, CASES, GROUP).groups.columns.tolist() == [
        "cases", "rate", "rate_low", "rate_high",
    ]  # fmt: skip


def test_small_groups_are_left_out_and_cannot_be_told_from_the_rest() -> None:
    small = GROUP.copy()
    small[:5] = "few"
    small[5:25] = None
    small[25:65] = "some"
    report = fairness(MODEL, CASES, small, OUTCOMES)
    assert "few" not in report.groups.index
    assert "(missing)" not in report.groups.index
    assert report.suppressed == 2
    assert any(w.startswith("small-groups") for w in report.warnings)
    alone = small.where(small != "few", "a").fillna("a")
    alone[:5] = "few"
    assert set(fairness(MODEL, CASES, alone).groups.index) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"attribute": ["a"] * len(CASES)}, "attribute must be a Series"),
        ({"attribute": GROUP[::-1]}, "index of cases"),
        ({"attribute": pd.Series(range(len(CASES)))}, "cut it into"),
        ({"cases": CASES.assign(gender="f")}, "gender.*protected"),
        ({"level": 1.0}, "level"),
        ({"values": MODEL.value_cases(CASES[:9])}, "values must be of"),
        ({"outcomes": OUTCOMES[:3]}, "row per case"),
    ],
)
def test_bad_input(changes: dict[str, Any], named: str) -> None:
    given = {"values": MODEL, "cases": CASES, "attribute": GROUP, **changes}
    with pytest.raises(ValueError, match=named):
        fairness(**given)


NAMES = [
    "age", "Age", "debtor_age", "borrower age", "age_group", "age_band", "gender", "DOB",
    "national_id", "年龄", "债务人年龄", "借款人性别", "客户民族", "出生日期", "身份证号",
    "婚姻状况", "户籍", "持卡人的年龄",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_protected_attributes_are_refused_everywhere(name: str) -> None:
    some, cash, lots = CASES[::40].assign(**{name: 1}), OUTCOMES[::40], LOTS[::40]
    table = pd.DataFrame({"count": [1], "balance": [1.0], name: [0]})
    totals = {"count": 1, "balance": 1.0}
    doors: list[Any] = [
        lambda: MODEL.value_cases(some),
        lambda: MODEL.value_portfolio(some),
        lambda: MODEL.update(some, [1.0]),
        lambda: MODEL.value_distribution(joint=table, totals=totals),
        lambda: MODEL.value_distribution(marginals={name: {1: 1}}, totals=totals),
        lambda: fit(some, cash, lots, prior=PRIOR),
        lambda: forward_chain(some, cash, lots, first=4),
        lambda: fairness(MODEL, some, GROUP[::40]),
    ]
    for door in doors:
        with pytest.raises(ValueError, match=f"{name}.*protected"):
            door()


def test_a_file_that_learned_from_one_is_refused() -> None:
    assert MODEL.learned is not None
    content = to_json(MODEL.learned)
    content["features"]["numeric"] = ["dpd", "age"]
    with pytest.raises(ValueError, match=r"age.*protected"):
        from_json(content)


@pytest.mark.parametrize(
    "name", ["dpd", "contract_age_days", "dpd_band", "message", "账龄", "逾期天数"]
)
def test_the_age_of_a_debt_is_not_that_of_a_person(name: str) -> None:
    held = MODEL.value_cases(CASES.assign(**{name: 300.0})).mean
    assert np.isfinite(held).all()
