"""What is known of agencies' past recovery, drawn towards the market where it is thin."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

import matching
from marketplace import placements

PRIOR_RATE = 0.06
"""Expected share of balance over a term, before any record. An assumption."""

Kind = tuple[str, str, str]
"""Region group, product and age band: what track records are kept by."""


def past_rates(
    known: list[placements.AgencyRecord], agency_ids: list[int], kinds: list[Kind]
) -> matching.Rates:
    """Past recovery of every agency on every segment, newcomers as the market.

    `kinds` are those of the segments; several may be of one kind.
    """
    records = [record for record in known if record.exposure_minor > 0]
    row_of: dict[Kind, int] = {}
    # Other kinds of case count too: they tell how the agency does in the region, or at all.
    for kind in [*kinds, *((r.region_group, r.product, r.age_band) for r in records)]:
        row_of.setdefault(kind, len(row_of))
    recovered = [max(record.recovered_minor, 0) for record in records]
    exposure = [record.exposure_minor for record in records]
    segment = [row_of[r.region_group, r.product, r.age_band] for r in records]
    given: dict[str, Any] = {
        "cases": [max(record.cases, 1) for record in records],
        "levels": _levels(list(row_of)),
    }
    overall = sum(recovered) / sum(exposure) if sum(recovered) else PRIOR_RATE
    together = np.zeros(len(records), dtype=np.int64)
    market = matching.shrink(
        recovered, exposure, together, segment, prior=overall, shape=(len(row_of), 1), **given
    )
    rates = matching.shrink(
        recovered,
        exposure,
        [agency_ids.index(record.agency_id) for record in records],
        segment,
        prior=market.rate,
        shape=(len(row_of), len(agency_ids)),
        **given,
    )
    return _of_segments(rates, np.array([row_of[kind] for kind in kinds]))


def _levels(kinds: list[Kind]) -> NDArray[np.int64]:
    """Region, product and age of every kind as numbers: what kinds may be alike in."""
    columns = [np.unique(column, return_inverse=True)[1] for column in zip(*kinds, strict=True)]
    return np.stack(columns, axis=1)


def _of_segments(rates: matching.Rates, kind: NDArray[np.int64]) -> matching.Rates:
    # Several segments may be of one kind: its cases count once.
    first = np.unique(kind, return_index=True)[1]
    counted = np.zeros((len(kind), rates.rate.shape[1]), dtype=np.int64)
    counted[first] = rates.records[kind[first]]
    return matching.Rates(
        rate=rates.rate[kind],
        low=rates.low[kind],
        high=rates.high[kind],
        exposure=rates.exposure[kind],
        records=counted,
    )
