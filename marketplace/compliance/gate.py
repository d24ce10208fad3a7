"""The pre-contact gate: may this debtor be contacted now? It fails closed, with reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from marketplace.compliance.models import HoldReason
from marketplace.compliance.rules import Pack, Rule
from marketplace.core.words import Code, Words, _

VOICE = frozenset({"call", "ai_call"})
HOLD_RULE = "HOLD"
NO_RULES = "NO-RULES"
PLACEMENT_RULE = "PLACEMENT"
BALANCE_RULE = "BALANCE"
_NEEDED = ("CN-TIME-1", "CN-FREQ-1", "CN-FREQ-2")
"""What a pack must hold before this gate can allow anything."""


@dataclass(frozen=True)
class Attempt:
    """What a collector is about to do."""

    channel: str
    at: datetime
    time_zone: str


@dataclass(frozen=True)
class Pressure:
    """How often the debtor was called on that local day, by anyone, for any debt."""

    answered: int
    attempts_on_number: int


@dataclass(frozen=True)
class Block:
    """One reason against, with the rule that gives it."""

    rule_id: str
    words: Words
    until: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """The gate's answer, with the version of the rules that gave it."""

    blocks: tuple[Block, ...]
    rules_version: str

    @property
    def allowed(self) -> bool:
        return not self.blocks

    @property
    def allowed_from(self) -> datetime | None:
        """When time alone will lift every block; None if it will not."""
        moments = [block.until for block in self.blocks if block.until is not None]
        return max(moments) if moments and len(moments) == len(self.blocks) else None


def decide(
    attempt: Attempt, pressure: Pressure, *, holds: Iterable[HoldReason], pack: Pack
) -> Decision:
    """Check one attempt against the holds and every pre-contact rule in force."""
    today = _local(attempt).date()
    blocks = [*_held(holds)]
    if not pack.has(*_NEEDED):
        words = _("No contact rules are kept for this jurisdiction, so contact is not allowed.")
        blocks.append(Block(NO_RULES, words))
        return Decision(tuple(blocks), f"{pack.name} {pack.version}")
    if rule := pack.rule("CN-TIME-1", today):
        blocks += _quiet_hours(attempt, rule)
    if attempt.channel in VOICE:
        if rule := pack.rule("CN-FREQ-1", today):
            blocks += _too_many_calls(attempt, pressure, rule)
        if rule := pack.rule("CN-FREQ-2", today):
            blocks += _too_many_attempts(attempt, pressure, rule)
    return Decision(tuple(blocks), f"{pack.name} {pack.version}")


def _held(holds: Iterable[HoldReason]) -> list[Block]:
    return [
        Block(HOLD_RULE, _("A hold is in force: %(reason)s.", reason=Code(reason)))
        for reason in sorted(set(holds))
    ]


def _quiet_hours(attempt: Attempt, rule: Rule) -> list[Block]:
    """Block from `quiet_start` to `quiet_end`, at the debtor's own clock."""
    local = _local(attempt)
    start = time.fromisoformat(rule.params["quiet_start"])
    end = time.fromisoformat(rule.params["quiet_end"])
    if end <= local.time() < start:
        return []
    day = local.date() + timedelta(days=1 if local.time() >= start else 0)
    until = datetime.combine(day, end, tzinfo=local.tzinfo)
    return [
        Block(
            rule.id,
            _(
                "Quiet hours: no contact from %(start)s to %(end)s at the debtor's clock.",
                start=rule.params["quiet_start"],
                end=rule.params["quiet_end"],
            ),
            until,
        )
    ]


def _too_many_calls(attempt: Attempt, pressure: Pressure, rule: Rule) -> list[Block]:
    most = int(rule.params["max_effective_outbound_per_debtor_day"])
    if pressure.answered < most:
        return []
    words = _("The debtor has been reached %(n)s times today, the most allowed.", n=most)
    return [Block(rule.id, words, _tomorrow(attempt))]


def _too_many_attempts(attempt: Attempt, pressure: Pressure, rule: Rule) -> list[Block]:
    most = int(rule.params["max_attempts_per_number_day"])
    if pressure.attempts_on_number < most:
        return []
    words = _("This number has been dialled %(n)s times today, the most allowed.", n=most)
    return [Block(rule.id, words, _tomorrow(attempt))]


def _local(attempt: Attempt) -> datetime:
    return attempt.at.astimezone(ZoneInfo(attempt.time_zone))


def _tomorrow(attempt: Attempt) -> datetime:
    local = _local(attempt)
    return datetime.combine(local.date() + timedelta(days=1), time(0), tzinfo=local.tzinfo)
