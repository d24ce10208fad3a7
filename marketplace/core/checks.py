"""Check digits of identifiers, as their standards define them."""

import re

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def uscc_is_valid(code: str) -> bool:
    """GB 32100-2015: the unified social credit code of a Chinese organisation.

    >>> uscc_is_valid("91350200776049653A"), uscc_is_valid("91350200776049653B")
    (True, False)
    """
    if len(code) != 18 or any(letter not in _USCC_ALPHABET for letter in code):
        return False
    total = sum(
        _USCC_ALPHABET.index(letter) * pow(3, i, 31) for i, letter in enumerate(code[:17])
    )
    return _USCC_ALPHABET[(31 - total) % 31] == code[17]


def uscc_check_letter(first_seventeen: str) -> str:
    """The last letter that makes a code valid.

    >>> uscc_check_letter("91350200776049653")
    'A'
    """
    total = sum(
        _USCC_ALPHABET.index(letter) * pow(3, i, 31) for i, letter in enumerate(first_seventeen)
    )
    return _USCC_ALPHABET[(31 - total) % 31]


def looks_like_iban(number: str) -> bool:
    """Begins like one: two letters and two digits."""
    return bool(re.match(r"[A-Z]{2}\d{2}", number))


def iban_is_valid(number: str) -> bool:
    """ISO 13616: an international account number, without blanks.

    >>> iban_is_valid("DE89370400440532013000"), iban_is_valid("DE88370400440532013000")
    (True, False)
    """
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", number):
        return False
    turned = number[4:] + number[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def resident_id_check_digit(first_seventeen: str) -> str:
    """GB 11643: the last character of a resident identity number.

    >>> resident_id_check_digit("11010519491231002")
    'X'
    """
    total = sum(
        int(digit) * weight for digit, weight in zip(first_seventeen, _ID_WEIGHTS, strict=True)
    )
    return "10X98765432"[total % 11]


def resident_id_is_valid(number: str) -> bool:
    """Length, digits and check digit; the date and the region are the caller's affair."""
    return bool(re.fullmatch(r"\d{17}[\dX]", number)) and (
        resident_id_check_digit(number[:17]) == number[17]
    )


def luhn_is_valid(digits: str) -> bool:
    """ISO/IEC 7812: card numbers.

    >>> luhn_is_valid("4111111111111111")
    True
    """
    if not digits.isdigit():
        return False
    total = 0
    for i, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if i % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def lei_is_valid(code: str) -> bool:
    """ISO 17442: legal entity identifiers.

    >>> lei_is_valid("5493001KJTIIGC8Y1R12")
    True
    """
    if not re.fullmatch(r"[0-9A-Z]{18}\d{2}", code):
        return False
    return int("".join(str(int(letter, 36)) for letter in code)) % 97 == 1
