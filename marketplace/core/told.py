"""What a job has to say, kept as words: its reader may read another language than its maker."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from marketplace.core.errors import Refusal
from marketplace.core.words import Code, Name, Words


@dataclass(frozen=True)
class Told:
    """Sentences one after the other, rendered in the reader's language by `str`."""

    sentences: tuple[object, ...]

    def __str__(self) -> str:
        return " ".join(str(one) for one in self.sentences)

    @classmethod
    def why(cls, refusal: Refusal) -> "Told":
        """A refusal's reason, and what to do next."""
        said = (refusal.reason, refusal.next_step)
        return cls(tuple(one for one in said if isinstance(one, Words) or one))


def in_english(refusal: Refusal) -> str:
    """A refusal where there is no reader whose language is known, such as at the command."""
    return " ".join(
        one.sentence % one.values
        if isinstance(one, Words) and one.values
        else getattr(one, "sentence", str(one))
        for one in Told.why(refusal).sentences
    )


class ToldType(TypeDecorator[Told]):
    """A column of text that holds sentences with their values."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Told | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps([_kept(one) for one in value.sentences], ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Told | None:
        if value is None:
            return None
        return Told(tuple(_restored(one) for one in json.loads(value)))


class ToldByNameType(TypeDecorator[dict[str, Told]]):
    """A column of JSON that holds what is told of each of several things."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(
        self, value: dict[str, Told] | None, dialect: Dialect
    ) -> dict[str, Any] | None:
        if value is None:
            return None
        return {name: [_kept(one) for one in told.sentences] for name, told in value.items()}

    def process_result_value(
        self, value: dict[str, Any] | None, dialect: Dialect
    ) -> dict[str, Told] | None:
        if value is None:
            return None
        return {name: Told(tuple(map(_restored, kept))) for name, kept in value.items()}


def _kept(value: object) -> Any:
    if isinstance(value, Told):
        return {"told": [_kept(one) for one in value.sentences]}
    if isinstance(value, Words):
        values = {name: _kept(one) for name, one in value.values.items()}
        return {"sentence": value.sentence, "values": values}
    if isinstance(value, Code):
        return {"code": value.code}
    if isinstance(value, Name):
        return {"en": value.en, "zh": value.zh}
    return value if isinstance(value, int | float) else str(value)


def _restored(kept: Any) -> object:
    if not isinstance(kept, dict):
        return kept
    if "told" in kept:
        return Told(tuple(map(_restored, kept["told"])))
    if "sentence" in kept:
        values = {name: _restored(one) for name, one in kept["values"].items()}
        return Words(kept["sentence"], **values)
    return Code(kept["code"]) if "code" in kept else Name(**kept)
