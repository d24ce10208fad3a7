"""One simultaneous pass over candidates: what fits alone is linked, what has rivals stops."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeVar

LARGEST_SET = 4
LARGEST_CROWD = 48
"""Lines among which sets are looked for; of more, many sums agree by chance."""

T = TypeVar("T")


@dataclass(frozen=True)
class Candidate:
    """Lines that would make one link: ids of one side and of the other."""

    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        return (*self.left, *self.right)


@dataclass(frozen=True)
class Link:
    """A candidate that counted, and the tier that found it."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    tier: int

    @property
    def lines(self) -> tuple[str, ...]:
        return (*self.left, *self.right)


@dataclass
class Passes:
    """What has been used and what has been stopped so far."""

    links: list[Link] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    stopped: dict[str, int] = field(default_factory=dict)
    """By line: the tier in which it first met rivals."""

    rivals: list[Candidate] = field(default_factory=list)
    """Candidates that did not count, for the person who decides."""

    def run(self, tier: int, candidates: Iterable[Candidate]) -> None:
        """Judge all candidates of a tier at once.

        A link counts only if each of its lines fits this candidate alone. Otherwise all the
        lines of it stop: they are never linked any more, and stay rivals to others.
        """
        able = [one for one in candidates if not self.used.intersection(one.lines)]
        fits = Counter(line for one in able for line in one.lines)
        counted = [
            one
            for one in able
            if all(fits[line] == 1 and line not in self.stopped for line in one.lines)
        ]
        chosen = set(map(id, counted))
        for one in able:
            if id(one) not in chosen:
                self.rivals.append(one)
                for line in one.lines:
                    self.stopped.setdefault(line, tier)
        for one in counted:
            self.links.append(Link(one.left, one.right, tier))
            self.used.update(one.lines)


def sets_with_sum(
    lines: Sequence[T], total: int, amount: Callable[[T], int]
) -> Iterator[tuple[T, ...]]:
    """Every set of two to four lines whose amounts add up exactly; none in a crowd."""
    if len(lines) > LARGEST_CROWD:
        return
    for size in range(2, LARGEST_SET + 1):
        for chosen in combinations(lines, size):
            if sum(map(amount, chosen)) == total:
                yield chosen
