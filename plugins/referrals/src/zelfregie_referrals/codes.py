"""Codes that people read from paper, over the phone and with tired eyes.

The alphabet has no pairs that look alike and no vowels, so that no code spells a word. What people mistake for a
character of it (O for 0, l for 1) is read as that character. The last character is a check: a wrong character, or two
neighbours swapped, never gives another valid code.
"""

import secrets

ALPHABET = "0123456789CDFGHJKMNPQRTVWXY"
LENGTH = 8
#: Prime and larger than the alphabet: then every single error and every swap of neighbours changes the check.
MODULUS = 29
#: What people type, and what stands on the card.
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8", "U": "V"})
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def new_code() -> str:
    """A random code of eight characters, check included: 33 bits that nobody can guess."""
    while True:
        body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
        check = -_weighted(body) % MODULUS
        # Two of the 29 remainders have no character; such a body is not used.
        if check < len(ALPHABET):
            return body + ALPHABET[check]


def read_code(text: str) -> str | None:
    """Read what somebody typed: any case, with or without spaces and dashes, look-alikes allowed.

    :return: the code as it is stored, or None when this cannot be a code.
    """
    if len(text) > 40:
        return None
    letters = "".join(character for character in text.upper() if character.isalnum()).translate(LOOK_ALIKES)
    if len(letters) != LENGTH or any(character not in _VALUES for character in letters):
        return None
    check = _VALUES[letters[-1]]
    return letters if (_weighted(letters[:-1]) + check) % MODULUS == 0 else None


def shown(code: str) -> str:
    """The code in two groups of four: ``4KTF-92DC``."""
    return f"{code[:4]}-{code[4:]}"


def _weighted(body: str) -> int:
    """The sum of the characters' values, each times a weight of its own (2 for the last, counting up to the left)."""
    return sum(_VALUES[character] * weight for weight, character in enumerate(reversed(body), start=2))
