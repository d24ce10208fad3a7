"""Why a book is worth what it is: the effect of each feature on its value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing._dask import Lazy
from pricing._glm import design
from pricing._shapes import SALES
from pricing._tape import days_past_due

if TYPE_CHECKING:
    from pricing._learned import Core, Learned
    from pricing._model import Model

Array = NDArray[np.float64]

SAMPLE = 5_000
"""Cases looked at in a book of more."""

SEED = 1
REST = "(rest)"
BASE = "(base)"
LEAST_RATE = 1e-9


@dataclass(frozen=True, eq=False)
class Effects:
    """Effects on the logarithm of each case's rate; they and `base` add up to it."""

    names: tuple[str, ...]
    log: Array
    """Shape (n, names)."""

    base: float
    """Logarithm of the rate that the effects are counted from."""

    @classmethod
    def of(
        cls, effects: dict[str, Array], base: float, rate: Array, sold: NDArray[np.bool_]
    ) -> "Effects":
        """Effects (n,) by name; what they do not explain of `rate` (n,) becomes the rest.

        Of the cases that are `sold`, the collateral explains all.
        """
        rate = np.log(np.maximum(rate, LEAST_RATE))
        held = {name: np.where(sold, 0.0, effect) for name, effect in effects.items()}
        if sold.any():
            held["collateral_value"] = np.where(sold, rate - base, 0.0)
        log = np.column_stack(list(held.values()))
        return cls((*held, REST), np.column_stack([log, rate - base - log.sum(axis=1)]), base)


def explain(model: "Model", learned: bool, rows: pd.DataFrame) -> Effects:
    """Effects on some rows of a book that `model` valued, by what it learned or the prior."""
    rate = (rows["_gross"] / rows["_balance"]).to_numpy(dtype=float)
    sold = rows["_pace"].to_numpy() >= SALES
    reference = float(model.prior_rate(np.array([np.nan]))[0])
    if model.learned is None or not learned:
        effects, base = _of_prior(reference, rate)
    else:
        prior = model.prior_rate(days_past_due(rows))
        effects, base = _of_learned(model.learned, rows, prior, reference)
    return Effects.of(effects, base, rate, sold)


def _of_prior(reference: float, rate: Array) -> tuple[dict[str, Array], float]:
    """Effects of age, from the rate at the age that is assumed where none is known."""
    base = float(np.log(reference))
    return {"dpd": np.log(np.maximum(rate, LEAST_RATE)) - base}, base


def _of_learned(
    learned: "Learned", rows: pd.DataFrame, prior: Array, reference: float
) -> tuple[dict[str, Array], float]:
    r"""Effects of every feature, by TreeSHAP and the small regression.

    Notes
    -----
    TreeSHAP shares out the logit of payment, :math:`f = b + \sum_j \phi_j`, and the log of
    recovery given one, :math:`g = a + \sum_j \gamma_j`. The effect on :math:`\log m` is

    .. math:: \psi_j = \frac{\log\sigma(f) - \log\sigma(b)}{f - b} \phi_j + \gamma_j,

    so that the effects add up: :math:`\log pc = \log\sigma(b) + a + \sum_j \psi_j`. While the
    prior has weight its effect of age and that of the regression are mixed in, each with its
    weight on the log scale.

    References
    ----------
    Lundberg et al. (2020), From local explanations to global understanding with explainable
    AI for trees, Nature Machine Intelligence 2.
    """
    core, features = learned.core, learned.features
    x = features.matrix(rows)
    log, base = _of_trees(core, x)
    part = core.share / 2 if core.hurdle is not None else 0.0
    if core.share < 1:
        own = 1 - part
        small = core.share - part
        regression, level = _of_regression(core, x)
        log, base = part * log + small * regression, part * base + small * level
    else:
        own = 0.0
    effects: dict[str, Array] = {}
    if own:
        effects["dpd"] = own * (np.log(prior) - np.log(reference))
    for name, column in zip(features.names, log.T, strict=True):
        effects[name] = effects[name] + column if name in effects else column
    base += own * float(np.log(reference)) + learned.factor.bias
    return effects, base


def _of_trees(core: "Core", x: Array) -> tuple[Array, float]:
    if core.hurdle is None or not len(x):
        return np.zeros_like(x), 0.0
    pays, amount = (
        np.asarray(booster.predict(x, pred_contrib=True, num_threads=1), dtype=float)
        for booster in (core.hurdle.pays, core.hurdle.amount)
    )
    start = float(pays[0, -1])
    moved = pays[:, :-1].sum(axis=1)
    rise = -np.logaddexp(0, -(start + moved)) + np.logaddexp(0, -start)
    at_start = 1 / (1 + np.exp(start))
    flat = np.abs(moved) < 1e-6
    slope = np.where(flat, at_start, rise / np.where(flat, 1.0, moved))
    log = slope[:, None] * pays[:, :-1] + amount[:, :-1]
    return log, float(-np.logaddexp(0, -start) + amount[0, -1])


def _of_regression(core: "Core", x: Array) -> tuple[Array, float]:
    glm = core.glm
    log = np.zeros_like(x)
    log[:, : core.numeric] = (
        design(x[:, : core.numeric], glm.centre, glm.scale)[:, 1:] * glm.slopes[1:]
    )
    return log, float(glm.slopes[0])


def sample(balance: Array) -> NDArray[np.int64]:
    """Rows to look at: all of a small book, else 5,000 drawn in proportion to balance.

    Drawn systematically from a fixed seed: each row drawn stands for the same balance, and
    one that holds more than that is drawn more than once.
    """
    if len(balance) <= SAMPLE:
        return np.arange(len(balance))
    start = np.random.default_rng(SEED).random()
    ends = np.cumsum(balance)
    at = (np.arange(SAMPLE) + start) / SAMPLE * ends[-1]
    drawn = np.minimum(np.searchsorted(ends, at, side="right"), len(balance) - 1)
    return np.asarray(drawn, dtype=np.int64)


def table_for(
    rows: pd.DataFrame,
    explain: Callable[[pd.DataFrame], Effects],
    groups: "list[pd.Series[Any]] | None",
    more: Lazy | None,
) -> pd.DataFrame:
    """The drivers of a book, by `groups`: keys of each row. `more` has the lazy columns."""
    balance = rows["_balance"].to_numpy(dtype=float)
    if not balance.size:
        return pd.DataFrame(columns=["factor", "amount", "share", "raised"])
    keys = groups or [pd.Series(0, index=rows.index)]
    at = sample(balance)
    some = rows.iloc[at].reset_index(drop=True)
    if more is not None:
        read = more.take(at)
        some = pd.concat([read.drop(columns=some.columns, errors="ignore"), some], axis=1)
    by = [key.iloc[at].reset_index(drop=True) for key in keys]
    each = some["_balance"].to_numpy(dtype=float)
    rate = (some["_gross"] / some["_balance"]).to_numpy(dtype=float)
    weight = each
    if len(at) < len(rows):
        # Of every group, those drawn stand for all that it holds.
        held = rows["_balance"].groupby(keys, dropna=False, observed=True).transform("sum")
        drawn = pd.Series(1.0, index=some.index).groupby(by, dropna=False, observed=True)
        weight = held.iloc[at].to_numpy(dtype=float) / drawn.transform("sum").to_numpy()
    effects = explain(some)
    parts = _parts(effects, weight, rate, by)
    # What no effect says, and what the sample missed, so that the amounts add up.
    gross = rows["_gross"].groupby(keys, dropna=False, observed=True).sum()
    told = sum((part["amount"] for part in parts.values()), start=gross * 0.0)
    rest = parts[REST].reindex(gross.index)
    rest["amount"] = rest["amount"].fillna(0.0) + gross - told.reindex(gross.index).fillna(0.0)
    parts[REST] = rest
    table = pd.concat(parts, names=["feature"])
    return table if groups else table.droplevel(1)


def _parts(
    effects: Effects, weight: Array, rate: Array, by: "list[pd.Series[Any]]"
) -> dict[str, pd.DataFrame]:
    """Base, features (the strongest first) and rest, each a table by group."""
    base = np.exp(effects.base)
    rate = np.maximum(rate, LEAST_RATE)
    # The logarithmic mean shares a difference out by parts of the logarithm, exactly.
    gap = np.log(rate) - effects.base
    flat = np.abs(gap) < 1e-9
    mean = np.where(flat, base, (rate - base) / np.where(flat, 1.0, gap))
    amounts = weight[:, None] * mean[:, None] * effects.log
    strong = np.argsort(-np.abs(weight @ effects.log[:, :-1]), kind="stable")
    parts = {BASE: _summed(weight, weight * base, np.zeros(len(rate)), by)}
    for j in (*strong, len(effects.names) - 1):
        parts[effects.names[j]] = _summed(weight, amounts[:, j], effects.log[:, j], by)
    return parts


def _summed(
    weight: Array, amount: Array, effect: Array, by: "list[pd.Series[Any]]"
) -> pd.DataFrame:
    held = pd.DataFrame(
        {
            "log": weight * effect,
            "amount": amount,
            "weight": weight,
            "up": weight * (effect > 0),
        }
    )
    total = held.groupby(by, dropna=False, observed=True).sum()
    return pd.DataFrame(
        {
            "factor": np.exp(total["log"] / total["weight"]),
            "amount": total["amount"],
            "share": total["weight"] / weight.sum(),
            "raised": total["up"] / total["weight"],
        }
    )
