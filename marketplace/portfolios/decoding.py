"""Which encoding a text file is in, found from its bytes."""

import codecs
import re

from marketplace.core.errors import Refusal
from marketplace.core.words import _

_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
_SAMPLE = 1 << 20
_CHUNK = 1 << 22


def encoding_of(content: bytes) -> str:
    """The first likely encoding in which every byte means something.

    >>> encoding_of("案件编号".encode("gb18030")), encoding_of("案件編號".encode("big5"))
    ('gb18030', 'big5')
    """
    for encoding in _likely_encodings(content):
        if encoding == "utf-8" or _decodes(content, encoding):
            return encoding
    raise Refusal(
        _("The file is neither a CSV file nor an Excel workbook."),
        next_step=_("Upload the list as .csv or .xlsx."),
    )


def _decodes(content: bytes, encoding: str) -> bool:
    """In pieces: a large file is not held twice only to look at it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        head = decoder.decode(content[:_CHUNK])
        if _BINARY.search(head[:4096]):
            return False
        for start in range(_CHUNK, len(content), _CHUNK):
            decoder.decode(content[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _likely_encodings(content: bytes) -> list[str]:
    if content.startswith(b"\xef\xbb\xbf"):
        return ["utf-8-sig"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    if b"\x00" in content[:4096]:
        little = content[1:4096:2].count(0) >= content[0:4096:2].count(0)
        return ["utf-16-le" if little else "utf-16-be"]
    return ["utf-8"] if _decodes(content, "utf-8") else _legacy(content[:_SAMPLE])


def _legacy(sample: bytes) -> list[str]:
    """Chinese encodings write two bytes a letter; a western one writes accents one by one."""
    high = len(re.findall(rb"[\x80-\xff]", sample))
    paired = sum(map(len, re.findall(rb"[\x80-\xff]{2,}", sample)))
    pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", sample)
    # The common letters: GB 2312 level 1 has leads B0-D7, Big5 level 1 leads A4-C6.
    mainland = sum(0xB0 <= a <= 0xD7 and b >= 0xA1 for a, b in pairs)
    taiwan = sum(0xA4 <= a <= 0xC6 for a, _b in pairs)
    big5 = ["big5", "cp950", "big5hkscs"]
    chinese = [*big5, "gb18030"] if taiwan > mainland else ["gb18030", *big5]
    # Half of Big5's second bytes are plain letters, so its high bytes stand alone, too.
    asian = 2 * paired >= high or (taiwan > mainland and _mostly_common(pairs, taiwan, high))
    western = _within_words(sample) or not asian
    return ["cp1252", *chinese] if western else [*chinese, "cp1252"]


def _within_words(sample: bytes) -> bool:
    """Whether most high bytes stand by ones and twos within Latin words, as in Conceição."""
    runs = len(re.findall(rb"[\x80-\xff]+", sample))
    return 2 * len(re.findall(rb"[A-Za-z][\x80-\xff]{1,2}(?=[a-z])", sample)) > runs


def _mostly_common(pairs: list[bytes], common: int, high: int) -> bool:
    """Whether the two-byte letters are common ones, and are nearly all there is.

    In western text an accented letter is C0-FF, so few leads lie in A4-BF; in Big5 most do.
    """
    low = sum(0xA4 <= pair[0] <= 0xBF for pair in pairs)
    return bool(pairs) and common >= 0.9 * len(pairs) and 2 * low >= len(pairs) and high > 8
