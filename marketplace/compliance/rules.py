"""The rule packs: regulation as dated data, one file a jurisdiction."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

_PACKS = Path(__file__).parent / "packs"


@dataclass(frozen=True)
class Rule:
    id: str
    jurisdiction: str
    phase: str
    authority: str
    text: str
    params: dict[str, Any]
    source: str
    confidence: str
    effective_from: date | None
    effective_to: date | None

    def is_effective(self, on: date) -> bool:
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on <= self.effective_to
        )


@dataclass(frozen=True)
class Pack:
    """The rules of one jurisdiction in one version."""

    name: str
    version: str
    rules: dict[str, Rule]

    def has(self, *rule_ids: str) -> bool:
        return all(rule_id in self.rules for rule_id in rule_ids)

    def rule(self, rule_id: str, on: date) -> Rule | None:
        """A rule, if it is in force on that day."""
        rule = self.rules[rule_id]
        return rule if rule.is_effective(on) else None


@cache
def pack(jurisdiction: str) -> Pack:
    """The pack of a jurisdiction. One that has none gets no rules, and so no contact."""
    path = _PACKS / f"{jurisdiction.lower()}.json"
    if not path.exists():
        return Pack(jurisdiction, "none", {})
    stored = json.loads(path.read_text())
    rules = [_read(entry) for entry in stored["rules"]]
    return Pack(stored["pack"], stored["version"], {rule.id: rule for rule in rules})


def _read(entry: dict[str, Any]) -> Rule:
    return Rule(
        id=entry["id"],
        jurisdiction=entry["jurisdiction"],
        phase=entry["phase"],
        authority=entry["authority"],
        text=entry["text"],
        params=entry["params"] if isinstance(entry["params"], dict) else {},
        source=entry["source"],
        confidence=entry["confidence"],
        effective_from=_day(entry["effective_from"]),
        effective_to=_day(entry["effective_to"]),
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
