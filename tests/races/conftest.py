"""Two people at the same moment, each on a connection of their own, with real commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from marketplace.accounts import User
from marketplace.core import tenancy
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from tests.conftest import CAST, SYSTEM, person
from tests.factories import someone

ONE = ["done", "refused: Refusal"]
"""How two deeds end of which only one can be done."""

Look = Callable[..., None]
Deed = Callable[[User, Look], object]


def enter_everybody() -> None:
    """The cast, in a transaction of whoever races."""
    for name in CAST:
        person(name, *CAST[name])


def at_once(app: Flask, *deeds: tuple[str, Deed]) -> list[str]:
    """Let each named person do their deed at the same moment; say how each ended.

    A deed is given its person and a function to call with what it has looked at, as a page that
    was loaded first would have: stale by the time it acts.
    """
    everybody_has_looked = Barrier(len(deeds), timeout=20)

    def act(part: tuple[str, Deed]) -> str:
        name, deed = part
        seen: list[object] = []

        def looked(*rows: object) -> None:
            seen.extend(rows)
            everybody_has_looked.wait()

        with app.app_context(), tenancy.acting(SYSTEM):
            try:
                with transaction():
                    return str(deed(someone(name), looked) or "done")
            except Refusal as refusal:
                return f"refused: {type(refusal).__name__}"

    with ThreadPoolExecutor(len(deeds)) as people:
        return list(people.map(act, deeds))
