"""The realistic book on which splits are measured."""

import numpy as np

from matching import Problem

REGIONS, PRODUCTS, AGES, SIZES_OF_CASE = 31, 5, 6, 5


def book(cases: int, agencies: int, seed: int = 1) -> Problem:
    """A realistic book: regional licences, rates by region, product, age and size of case."""
    g = np.random.default_rng(seed)
    shape = (REGIONS, PRODUCTS, AGES, SIZES_OF_CASE)
    people = g.dirichlet(np.full(REGIONS, 3.0))
    region = g.choice(REGIONS, cases, p=people)
    product, age = g.integers(0, PRODUCTS, cases), g.integers(0, AGES, cases)
    balance = (
        np.rint(np.exp(g.normal(13.5, 1.1, cases))).clip(5_000, 2 * 10**8).astype(np.int64)
    )
    size = np.searchsorted([10**5, 5 * 10**5, 2 * 10**6, 10**7], balance)
    segment = np.ravel_multi_index((region, product, age, size), shape)
    where = np.unravel_index(np.arange(np.prod(shape)), shape)
    taste = sum(g.normal(0, 0.2, (n, agencies))[i] for n, i in zip(shape, where, strict=True))
    odds = -1.0 - 0.4 * where[2][:, None] + taste + g.normal(0, 0.1, (where[0].size, agencies))
    licensed = g.random((REGIONS, agencies)) < 0.5
    licensed[:, :3] = True
    weight = np.exp(g.normal(0, 0.6, agencies))
    weight[:3] += agencies / 10
    capacity = np.ceil(weight / weight.sum() * 1.1 * cases).astype(np.int64)
    return Problem(
        balance,
        segment,
        np.rint(7e5 / (1 + np.exp(-odds))).astype(np.int64),
        capacity=capacity,
        forbidden=~licensed[where[0]],
        retain=0,
    )


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
