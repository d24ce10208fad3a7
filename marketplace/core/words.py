"""Sentences for people, translated when they are shown rather than when they are made.

Features raise and record words; only a door knows the reader's language. A `Words` keeps the
English sentence and its values until a door renders it.
"""

from collections.abc import Callable

Translator = Callable[[str], str]

_translators: list[Translator] = []


class Words:
    """A sentence with named values, rendered in the reader's language by `str`."""

    def __init__(self, sentence: str, **values: object) -> None:
        self.sentence = sentence
        self.values = values

    def __str__(self) -> str:
        sentence = _translators[-1](self.sentence) if _translators else self.sentence
        return sentence % self.values if self.values else sentence

    def __repr__(self) -> str:
        return f"Words({self.sentence!r})"

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self.sentence)


def translate_with(translator: Translator) -> None:
    """Let the web door say how sentences are translated."""
    _translators[:] = [translator]


def _(sentence: str, **values: object) -> Words:
    return Words(sentence, **values)
