"""Fixed sentences that were kept in one wording, told in the reader's language."""

import re
from collections.abc import Callable, Sequence

Retold = tuple[str, object]
"""What a line looks like, with named groups, and the sentence that says the same."""


def retold(line: str, sentences: Sequence[Retold], **named: Callable[[str], object]) -> str:
    """The first sentence whose pattern fits; a line that none fits stays as it is.

    `named` says how the value of a group is told, if not as it stands.
    """
    for pattern, sentence in sentences:
        if found := re.match(pattern, line):
            said: dict[str, object] = dict(found.groupdict())
            said |= {
                name: tell(str(said[name])) for name, tell in named.items() if name in said
            }
            return str(sentence) % said
    return line
