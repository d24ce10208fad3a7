"""Sentences for people, translated when they are shown rather than when they are made.

Features raise and record words; only a door knows the reader's language. A `Words` keeps the
English sentence and its values until a door renders it.
"""

from collections.abc import Callable
from dataclasses import dataclass

Translator = Callable[[str], str]

_translators: list[Translator] = []
_vocabularies: list[Translator] = []
_languages: list[Callable[[], str]] = []


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


class Code:
    """A code of the program, such as a status or a field, named by the door's vocabulary."""

    def __init__(self, code: object) -> None:
        self.code = str(getattr(code, "value", code))

    def __str__(self) -> str:
        return _vocabularies[-1](self.code) if _vocabularies else self.code


@dataclass(frozen=True)
class Name:
    """What somebody is called in English and in Chinese, read in the reader's language."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.zh if _languages and _languages[-1]() == "zh" else self.en


def translate_with(translator: Translator, language: Callable[[], str]) -> None:
    """Let the web door say how sentences are translated, and for whom."""
    _translators[:] = [translator]
    _languages[:] = [language]


def name_codes_with(vocabulary: Translator) -> None:
    """Let the web door say what codes are called."""
    _vocabularies[:] = [vocabulary]


def _(sentence: str, **values: object) -> Words:
    return Words(sentence, **values)
