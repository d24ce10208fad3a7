"""A map of provinces as tiles: every province as large as any other, about where it lies."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.portfolios import Place

TILES = {
    "23": (1, 9), "15": (2, 6), "22": (2, 8), "65": (3, 1), "62": (3, 3), "64": (3, 4),
    "14": (3, 5), "13": (3, 6), "11": (3, 7), "21": (3, 8), "63": (4, 2), "61": (4, 4),
    "41": (4, 5), "37": (4, 6), "12": (4, 7), "54": (5, 1), "51": (5, 3), "50": (5, 4),
    "42": (5, 5), "34": (5, 6), "32": (5, 7), "31": (5, 8), "53": (6, 3), "52": (6, 4),
    "43": (6, 5), "36": (6, 6), "33": (6, 7), "45": (7, 4), "44": (7, 5), "35": (7, 6),
    "71": (7, 8), "46": (8, 4), "82": (8, 5), "81": (8, 6),
}  # fmt: skip
"""Row and column of each province, by its code."""

DARKEST = 4


@dataclass(frozen=True)
class Tile:
    code: str
    row: int
    column: int
    cases: int
    balance_minor: int
    shade: int
    """0 where there is nothing, up to `DARKEST`."""


def tiles(places: Sequence[Place]) -> list[Tile]:
    """All tiles, row by row; empty if no place is a province."""
    found = {place.code: place for place in places if place.code in TILES}
    most = max((place.balance_minor for place in found.values()), default=0)
    if not most:
        return []
    nothing = Place("", 0, 0)
    return [
        Tile(
            code, row, column, place.cases, place.balance_minor,
            -(-place.balance_minor * DARKEST // most),
        )
        for code, (row, column) in sorted(TILES.items(), key=lambda item: item[1])
        for place in [found.get(code, nothing)]
    ]  # fmt: skip
