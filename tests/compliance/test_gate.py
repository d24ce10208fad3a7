"""The pre-contact gate, vector by vector: fails closed, and says every reason."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from marketplace import compliance
from marketplace.compliance import Attempt, Decision, HoldReason, Pressure

CN = compliance.pack("CN")
FRESH = Pressure(answered=0, attempts_on_number=0)


def at(local: str, zone: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone), fold=fold)


def ask(
    when: datetime,
    zone: str = "Asia/Shanghai",
    *,
    channel: str = "call",
    pressure: Pressure = FRESH,
    holds: tuple[HoldReason, ...] = (),
    pack: compliance.Pack = CN,
) -> Decision:
    attempt = Attempt(channel, when.astimezone(UTC), zone)
    return compliance.decide(attempt, pressure, holds=holds, pack=pack)


def rules(decision: Decision) -> list[str]:
    return [block.rule_id for block in decision.blocks]


ZONES = ("Asia/Shanghai", "Asia/Urumqi", "America/New_York", "Europe/Berlin", "Asia/Kathmandu")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", ["2026-01-15", "2026-07-15"])
@pytest.mark.parametrize(
    ("clock", "allowed"),
    [
        ("00:00", False), ("07:59", False), ("07:59:59", False), ("08:00", True),
        ("12:00", True), ("21:59:59", True), ("22:00", False), ("23:59", False),
    ],
)  # fmt: skip
def test_quiet_hours_are_at_the_debtors_clock(
    zone: str, day: str, clock: str, allowed: bool
) -> None:
    assert ask(at(f"{day}T{clock}", zone), zone).allowed is allowed


@pytest.mark.parametrize(
    ("clock", "until"),
    [("2026-03-02T22:00", "2026-03-03T08:00"), ("2026-03-02T00:00", "2026-03-02T08:00")],
)
def test_the_block_says_when_the_night_ends(clock: str, until: str) -> None:
    zone = "Asia/Shanghai"
    assert ask(at(clock, zone)).allowed_from == at(until, zone)


@pytest.mark.parametrize(
    ("night", "fold"),
    [("2026-03-29T01:30", 0), ("2026-10-25T02:30", 0), ("2026-10-25T02:30", 1)],
)
def test_the_night_ends_at_eight_also_when_clocks_change(night: str, fold: int) -> None:
    zone = "Europe/Berlin"
    decision = ask(at(night, zone, fold=fold), zone)
    assert rules(decision) == ["CN-TIME-1"]
    assert decision.allowed_from == at(f"{night[:10]}T08:00", zone)


def test_letters_too_respect_the_night() -> None:
    assert rules(ask(at("2026-03-02T23:00", "Asia/Shanghai"), channel="letter")) == [
        "CN-TIME-1"
    ]


NOON = at("2026-03-02T12:00", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("answered", "allowed"), [(0, True), (2, True), (3, False), (4, False)]
)
def test_three_answered_calls_a_day(answered: int, allowed: bool) -> None:
    decision = ask(NOON, pressure=Pressure(answered, 0))
    assert decision.allowed is allowed
    assert rules(decision) == ([] if allowed else ["CN-FREQ-1"])


@pytest.mark.parametrize(("attempts", "allowed"), [(5, True), (6, False), (7, False)])
def test_six_attempts_on_a_number(attempts: int, allowed: bool) -> None:
    decision = ask(NOON, pressure=Pressure(0, attempts))
    assert decision.allowed is allowed
    assert rules(decision) == ([] if allowed else ["CN-FREQ-2"])


def test_a_full_day_of_calls_ends_at_midnight() -> None:
    decision = ask(NOON, pressure=Pressure(3, 6))
    assert decision.allowed_from == at("2026-03-03T00:00", "Asia/Shanghai")


def test_a_robot_counts_as_a_caller_and_a_letter_does_not() -> None:
    full = Pressure(3, 6)
    assert rules(ask(NOON, channel="ai_call", pressure=full)) == ["CN-FREQ-1", "CN-FREQ-2"]
    assert ask(NOON, channel="letter", pressure=full).allowed


@pytest.mark.parametrize("reason", list(HoldReason))
def test_every_hold_blocks_every_channel_without_end(reason: HoldReason) -> None:
    for channel in ("call", "sms", "letter", "visit"):
        decision = ask(NOON, channel=channel, holds=(reason,))
        assert rules(decision) == ["HOLD"]
        assert decision.allowed_from is None


def test_every_reason_is_given() -> None:
    decision = ask(
        at("2026-03-02T22:30", "Asia/Shanghai"),
        pressure=Pressure(3, 6),
        holds=(HoldReason.DISPUTE, HoldReason.MINOR, HoldReason.DISPUTE),
    )
    assert rules(decision) == ["HOLD", "HOLD", "CN-TIME-1", "CN-FREQ-1", "CN-FREQ-2"]
    assert decision.allowed_from is None


@pytest.mark.parametrize("jurisdiction", ["XX", "US", "UK", "EU", "../cn"])
def test_a_jurisdiction_without_contact_rules_allows_nothing(jurisdiction: str) -> None:
    for channel in ("call", "letter"):
        decision = ask(NOON, channel=channel, pack=compliance.pack(jurisdiction))
        assert rules(decision) == ["NO-RULES"]
        assert decision.allowed_from is None


def test_the_decision_names_the_version_of_its_rules() -> None:
    assert ask(NOON).rules_version == f"{CN.name} {CN.version}"


def test_a_rule_holds_from_its_first_day_to_its_last() -> None:
    first, last = datetime(2025, 10, 1).date(), datetime(2026, 12, 31).date()  # noqa: DTZ001
    assert CN.rule("CN-AIDLOAN-1", first)
    assert CN.rule("CN-AIDLOAN-1", first.replace(month=9, day=30)) is None
    assert CN.rule("CN-NPL-1", last)
    assert CN.rule("CN-NPL-1", last.replace(year=2027, month=1, day=1)) is None
