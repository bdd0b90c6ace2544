"""What a password may not be: asked of its length and of lists of words, never of its mixture of characters."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError

from concord.core.trouble import Trouble
from concord.desk import standings

LONGEST = 128
_LEAST_WORD = 4
_CONTEXT = ("concord", "council", "county", "password", "passphrase", "school", "academy", "education", "welcome")


class NotOfThisPlace:
    """A password made of nothing but the names around it, a known password said several times, or one long repeat."""

    def validate(self, password: str, user: Any = None) -> None:
        plain = password.casefold()
        CommonPasswordValidator().validate(_unit(plain))
        left = re.sub(r"[\W\d_]+", "", _without(plain, words_around(user)))
        if len(left) < 6 or len(set(plain)) < 5:
            raise ValidationError("This password is too easy to guess from the names around it.", code="of_this_place")

    def get_help_text(self) -> str:
        return "It must not be made of names of this place or of your own."


def words_around(user: Any = None) -> set[str]:
    """Words somebody who knows the place and the person would try."""
    authority = standings.agreement().terms.authority
    texts = [*_CONTEXT, authority.name, authority.unit, *authority.named_as, *authority.districts]
    texts += [getattr(user, "name", ""), getattr(user, "email", "").partition("@")[0]]
    return {word for text in texts for word in re.findall(r"\w+", text.casefold()) if len(word) >= _LEAST_WORD}


def _without(plain: str, words: set[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        plain = plain.replace(word, "")
    return plain


def _unit(text: str) -> str:
    """The piece a text repeats: `abcabcabc` is `abc`; a text that repeats nothing is itself."""
    at = (text + text).find(text, 1)
    return text[:at]


def check(password: str, person: Any) -> None:
    """`Trouble` with every reason against a password."""
    if len(password) > LONGEST:
        raise Trouble(f"A password has at most {LONGEST} characters.", todo="Choose a shorter one.")
    try:
        validate_password(password, person)
    except ValidationError as fault:
        raise Trouble(
            " ".join(fault.messages), todo="Three or four words that do not belong together are easy to remember."
        ) from None
