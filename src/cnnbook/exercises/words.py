"""Messages to learners: marked for translation in the source, translated and filled in when they are used."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gettext

_CATALOGUES = os.path.join(os.path.dirname(os.path.dirname(__file__)), "locales")


def _(message: str) -> str:
    """Return the message unchanged: the call marks it for Babel, which collects all `_("...")`."""
    return message


def say(message: str, /, **values: Any) -> str:
    """Return a message in the user's language, its placeholders replaced with these values.

    `shown` formats the numbers and answers among them.

    Raises KeyError, which names the placeholder and the message, if a value is missing.

    >>> say(_("{answer} is too large."), answer=61706)
    '61,706 is too large.'
    """
    template = _translation().gettext(message)
    try:
        return template.format_map({name: shown(value) for name, value in values.items()})
    except KeyError as error:
        raise KeyError(f"no value for {{{error.args[0]}}} in {message!r}") from None


def template(message: str) -> str:
    """Return a message in the user's language with its placeholders in it, for the browser to fill in.

    >>> template(_("position {at} of {all}"))
    'position {at} of {all}'
    """
    return _translation().gettext(message)


def joined(parts: list[str]) -> str:
    """Return the parts of a list as one text.

    >>> joined(["channels"]), joined(["channels", "height", "width"])
    ('channels', 'channels, height and width')
    """
    *others, last = parts
    if not others:
        return last
    return say(_("{others} and {last}"), others=say(_(", ")).join(others), last=last)


def shown(value: Any) -> str:
    """Return a number or an answer as the course writes it.

    >>> shown(61706), shown((6, 28, 28)), shown((61706,))
    ('61,706', '(6, 28, 28)', '61,706')
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, tuple):
        return shown(value[0]) if len(value) == 1 else f"({', '.join(str(v) for v in value)})"
    return str(value)


class _AsWritten:
    """What stands for the translations where there are none."""

    def gettext(self, message: str) -> str:
        return message


@cache
def _translation() -> gettext.NullTranslations | _AsWritten:
    """Return the translations into the user's language; without them, messages stay English."""
    if not os.path.isdir(_CATALOGUES):
        return _AsWritten()  # a browser, where a learner waits, then need not load gettext
    import gettext

    return gettext.translation("cnnbook", _CATALOGUES, fallback=True)
