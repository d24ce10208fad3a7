"""One simultaneous pass over candidates: what fits alone is linked, what has rivals stops."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import TypeVar

LARGEST_SET = 4
LARGEST_CROWD = 48
"""Lines among which sets are looked for; of more, many sums agree by chance."""

MOST_SETS = 500
"""Sets that are told apart; more of them come of equal amounts, and are all rivals."""

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
    """Every set of two to four lines whose amounts add up exactly.

    Of a crowd, or where too many sets agree, all the lines come as one set, and twice: each
    is a rival to all, so that none of them is linked.
    """
    if len(lines) > LARGEST_CROWD:
        yield from (tuple(lines), tuple(lines))
        return
    found = list(islice(_exact_sets(lines, total, amount), MOST_SETS + 1))
    yield from found if len(found) <= MOST_SETS else (tuple(lines), tuple(lines))


def _exact_sets(
    lines: Sequence[T], total: int, amount: Callable[[T], int]
) -> Iterator[tuple[T, ...]]:
    """Sets of two, three and four: what the first lines leave is looked up among the pairs."""
    amounts = [amount(line) for line in lines]
    pairs: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one, other in combinations(range(len(lines)), 2):
        pairs[amounts[one] + amounts[other]].append((one, other))
    for size in range(LARGEST_SET - 1):
        for first in combinations(range(len(lines)), size):
            rest = total - sum(amounts[place] for place in first)
            for pair in pairs.get(rest, ()):
                if not first or first[-1] < pair[0]:
                    yield tuple(lines[place] for place in (*first, *pair))
