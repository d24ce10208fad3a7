"""The realistic book on which splits are measured."""

from typing import Any

import numpy as np

from matching import Problem

REGIONS, PRODUCTS, AGES, SIZES_OF_CASE = 31, 5, 6, 5


SHAPE = (REGIONS, PRODUCTS, AGES, SIZES_OF_CASE)


def book(cases: int, agencies: int, seed: int = 1) -> Problem:
    """A realistic book: regional licences, rates by region, product, age and size of case."""
    g = np.random.default_rng(seed)
    balance, segment = drawn(g, people(g), cases)
    return Problem(balance, segment, **terms(g, agencies, cases))


def people(g: np.random.Generator) -> np.ndarray:
    """Share of the cases in each region."""
    return g.dirichlet(np.full(REGIONS, 3.0))


def drawn(g: np.random.Generator, share: np.ndarray, cases: int) -> tuple[np.ndarray, ...]:
    """Balance and segment of so many cases."""
    region = g.choice(REGIONS, cases, p=share)
    product, age = g.integers(0, PRODUCTS, cases), g.integers(0, AGES, cases)
    balance = (
        np.rint(np.exp(g.normal(13.5, 1.1, cases))).clip(5_000, 2 * 10**8).astype(np.int64)
    )
    size = np.searchsorted([10**5, 5 * 10**5, 2 * 10**6, 10**7], balance)
    return balance, np.ravel_multi_index((region, product, age, size), SHAPE)


def terms(g: np.random.Generator, agencies: int, cases: int) -> dict[str, Any]:
    """What a problem of so many cases says of the agencies."""
    where = np.unravel_index(np.arange(np.prod(SHAPE)), SHAPE)
    taste = sum(g.normal(0, 0.2, (n, agencies))[i] for n, i in zip(SHAPE, where, strict=True))
    odds = -1.0 - 0.4 * where[2][:, None] + taste + g.normal(0, 0.1, (where[0].size, agencies))
    licensed = g.random((REGIONS, agencies)) < 0.5
    licensed[:, :3] = True
    weight = np.exp(g.normal(0, 0.6, agencies))
    weight[:3] += agencies / 10
    return {
        "value_rate": np.rint(7e5 / (1 + np.exp(-odds))).astype(np.int64),
        "capacity": np.ceil(weight / weight.sum() * 1.1 * cases).astype(np.int64),
        "forbidden": ~licensed[where[0]],
        "retain": 0,
    }


def tied(cases: int, agencies: int, seed: int = 1) -> Problem:
    """Few balances, few rates, and not a seat to spare: nearly every split has equals."""
    g = np.random.default_rng(seed)
    segments = 50
    capacity = np.bincount(g.integers(0, agencies, cases), minlength=agencies)
    return Problem(
        g.integers(1, 6, cases) * 100_000,
        g.integers(0, segments, cases),
        g.integers(1, 8, (segments, agencies)) * 10_000,
        capacity=capacity,
        forbidden=g.random((segments, agencies)) < 0.2,
    )
