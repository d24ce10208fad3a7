"""Random histories of the books against a plain model, and each of them against Beancount."""

from collections import Counter
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from marketplace import ledger
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.ledger import AccountKind, Entry, Head, MonthClosed, Rate
from tests.conftest import NOON
from tests.ledger.conftest import bean_check

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))
AMOUNTS = st.integers(1, 10**12)
CURRENCIES = st.sampled_from(["CNY", "USD", "JPY"])
KINDS = st.sampled_from(list(AccountKind))
MOVES = st.lists(st.tuples(KINDS, KINDS, CURRENCIES, AMOUNTS), min_size=1, max_size=4)
MONTHS = (date(2026, 1, 1), date(2026, 2, 1))

Place = tuple[AccountKind, str]


class Books(RuleBasedStateMachine):
    """Whatever is posted, refused, reversed, exchanged and closed, the model says the same."""

    pia: User
    paul: User
    file: Path

    def __init__(self) -> None:
        super().__init__()
        self.undone = db.session.begin_nested()
        self.balances: Counter[Place] = Counter()
        self.closed: set[date] = set()
        self.keys = 0

    journals = Bundle("journals")
    reversals = Bundle("reversals")

    @rule(target=journals, moves=MOVES, day=DAYS)
    def post(self, moves: list[tuple[AccountKind, AccountKind, str, int]], day: date):
        lines = [
            entry
            for debit, credit, currency, amount in moves
            for entry in (
                Entry(debit, None, amount, currency), Entry(credit, None, -amount, currency),
            )
        ]  # fmt: skip
        made = self._post(lines, day)
        return multiple() if made is None else (made, lines, day)

    @rule(moves=MOVES, day=DAYS, more=st.integers(1, 5))
    def post_out_of_balance(self, moves, day: date, more: int) -> None:
        debit, credit, currency, amount = moves[0]
        lines = [Entry(debit, None, amount + more, currency),
                 Entry(credit, None, -amount, currency)]  # fmt: skip
        self._refused(lambda: self._write(f"bad{self.keys}", lines, day), Refusal)

    @rule(journal=journals)
    def replay(self, journal) -> None:
        (number, key), lines, day = journal
        assert self._write(key, lines, day).id == number

    @rule(journal=journals, amount=AMOUNTS)
    def replay_with_other_amounts(self, journal, amount: int) -> None:
        (_number, key), lines, day = journal
        more = [Entry(AccountKind.FEE_INCOME, None, amount, "CNY"),
                Entry(AccountKind.OUTPUT_VAT, None, -amount, "CNY")]  # fmt: skip
        self._refused(lambda: self._write(key, [*lines, *more], day), Refusal)

    @rule(target=reversals, journal=consumes(journals), day=DAYS)
    def reverse(self, journal, day: date):
        (number, _key), lines, _day = journal
        if day.replace(day=1) in self.closed:
            self._refused(lambda: self._reverse(number, day), MonthClosed)
            return multiple()
        made = self._reverse(number, day)
        self._count([Entry(e.kind, None, -e.amount_minor, e.currency) for e in lines])
        return number, made.id

    @rule(reversal=reversals)
    def reverse_again(self, reversal) -> None:
        for number in reversal:
            self._refused(lambda n=number: self._reverse(n, date(2026, 4, 1)), Refusal)

    @rule(amount=AMOUNTS, ratio=st.tuples(st.integers(1, 999), st.integers(1, 999)), day=DAYS)
    def exchange(self, amount: int, ratio: tuple[int, int], day: date) -> None:
        rate = Rate(f"{ratio[0]}/{ratio[1]}", "a bank", day)
        received = ledger.bought_minor(amount, "USD", "CNY", rate)
        sold = Entry(AccountKind.FEE_RECEIVABLE, None, -amount, "USD")
        bought = Entry(AccountKind.FEE_RECEIVABLE, None, received, "CNY")
        if not received or day.replace(day=1) in self.closed:
            return
        self.keys += 1
        ledger.exchange(
            f"k{self.keys}", sold, bought, rate, effective_on=day, made_by_id=self.pia.id,
            approved_by=self.paul, now=NOON,
        )  # fmt: skip
        whole = amount * ratio[0] // ratio[1]
        self._count([
            sold, bought, Entry(AccountKind.FX_CLEARING, None, amount, "USD"),
            Entry(AccountKind.FX_CLEARING, None, -whole, "CNY"),
            Entry(AccountKind.FX_DIFFERENCE, None, whole - received, "CNY"),
        ])  # fmt: skip

    @rule()
    def close_the_next_month(self) -> None:
        left = [month for month in MONTHS if month not in self.closed]
        if left:
            db.session.execute(db.text("SET CONSTRAINTS ALL IMMEDIATE"))
            db.session.execute(db.text("SET CONSTRAINTS ALL DEFERRED"))
            ledger.propose_close(left[0], by=self.pia, now=NOON)
            ledger.close_period(left[0], by=self.paul, now=NOON)
            self.closed.add(left[0])

    @invariant()
    def the_model_says_the_same(self) -> None:
        found = {
            (row.kind, row.currency): row.net_minor
            for row in ledger.balances()
            if row.net_minor
        }
        assert found == {place: total for place, total in self.balances.items() if total}

    def teardown(self) -> None:
        db.session.execute(db.text("SET CONSTRAINTS ALL IMMEDIATE"))
        assert isinstance(ledger.verify_chain(), Head)
        self.file.write_text("\n".join(ledger.beancount()))
        assert bean_check(self.file) == ""
        self.undone.rollback()

    def _post(self, lines: list[Entry], day: date) -> tuple[int, str] | None:
        self.keys += 1
        key = f"k{self.keys}"
        if day.replace(day=1) in self.closed:
            self._refused(lambda: self._write(key, lines, day), MonthClosed)
            return None
        made = self._write(key, lines, day)
        self._count(lines)
        return made.id, key

    def _write(self, key: str, lines: list[Entry], day: date):
        return ledger.post(
            key, lines, effective_on=day, words="By chance", made_by_id=self.pia.id,
            approved_by=self.paul, now=NOON,
        )  # fmt: skip

    def _reverse(self, number: int, day: date):
        return ledger.reverse(
            number, reason="by chance", effective_on=day, made_by_id=self.pia.id,
            approved_by=self.paul, now=NOON,
        )  # fmt: skip

    def _count(self, lines: list[Entry]) -> None:
        for line in lines:
            self.balances[line.kind, line.currency] += line.amount_minor

    def _refused(self, act, kind: type[Refusal]) -> None:
        try:
            act()
        except kind:
            return
        raise AssertionError("it should have been refused")


def test_any_history_agrees_with_the_model_and_with_beancount(
    pia: User, paul: User, tmp_path: Path
) -> None:
    def begin() -> Books:
        books = Books()
        books.pia, books.paul, books.file = pia, paul, tmp_path / "books.beancount"
        return books

    run_state_machine_as_test(
        begin,
        settings=settings(
            max_examples=20, stateful_step_count=20, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
