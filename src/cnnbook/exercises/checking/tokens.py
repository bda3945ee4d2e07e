"""Splits a typed answer into tokens: numbers, signs, labels and known words."""

from __future__ import annotations

import re
from typing import NamedTuple

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.brackets import Token
from cnnbook.exercises.checking.calculator import FUNCTIONS, Quantity
from cnnbook.exercises.checking.labels import label_of, labels_in
from cnnbook.exercises.checking.quantities import SCALES, quantity, unit_of
from cnnbook.exercises.checking.unreadable import UnreadableError
from cnnbook.exercises.forms import Form

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:e[-+]?\d+)?)"
    r"|(?P<word>[^\W\d_]\w*(?:\.[^\W\d_]\w*)*'?)"
    r"|(?P<sign>//|\*\*|<=|>=|[-+*/(),@%?=→;<>']))"
)
_ORDER = re.compile(r"\b[nchw](?:x[chw])+\b")
_CROSS = re.compile(r"(?<![^\W\d_])x(?![^\W\d_])|(?<=\d)x(?=[chw]\d)")
_LABELLED = re.compile(r"([a-z])(\d{1,6})")
_MAPS_OF = re.compile(r"(?<!x )(?<!x)\b(\d+)\s+(\d+\s*x\s*\d+)\s+(?:feature\s+)?(?:maps|channels)\b")
_CHANNELS_AT = re.compile(r"\bchannels?[ -](last|first)\b")
_MODULE = re.compile(r"(?:math|np|numpy|torch|jnp)\.(?=\w)")
_ATTRIBUTES = re.compile(r",?\s*\b(?:dtype|device|grad_fn|requires_grad)\s*=\s*[\w.'→<>]+(?:\s*→\s*\d+)?'?")
_FRACTION = re.compile(r"\bfraction\(\s*(\d+)\s*,\s*(\d+)\s*\)")

# Words that say nothing about the value.
_FILLER = """
    " the answer ans is it its about approximately roughly approx ca circa around maybe so i think guess
    say in total altogether together of size shape tuple list array tensor decimal only value values
    number numbers math connection connections feature features neuron neurons pixel pixels px channel
    channels c row rows column columns col cols map maps height h high tall width w wide side each per out
    output outputs result final exactly exact come comes get got gives give has have had there that are
    which makes make we would should be an a for then hence thus my this with int8 int16 int32 int64 uint8
    float16 float32 float64 first last rounded rounds floored down all ops operations multiplications unit
    units inclusive images image places uses means trainable learnable learned cells positions steps
    windows believe probably just bound sizes lines pix layer because padding kernel stride i'd it's at n
    y m s operation activation activations element elements entries order format dimensions dims dim
"""
# Words, besides signs such as <, that leave open which number is meant.
_OPEN = """
    or not no never neither nor either less more fewer most least under below above than vs versus instead
    except without between from isn't
"""
_DROPPED, _LEAVES_OPEN = frozenset(_FILLER.split()), frozenset(_OPEN.split())
_BATCH = frozenset({"n", "b", "none", "batch"})
_MOST_UNKNOWN = 6


class Tokens(NamedTuple):
    """The tokens of an answer, the unit that it names, and whether all of its words are known."""

    tokens: list[Token]
    unit: str = ""
    sure: bool = True


def without_attributes(text: str) -> str:
    """Return the text without what a printed tensor says of itself: tensor(8., device='cuda:0')."""
    return _ATTRIBUTES.sub("", text) if "=" in text else text


def tokens_of(text: str, form: Form) -> Tokens:
    """Return the tokens of a text in plain notation. A word that is not known is left out.

    Raises UnreadableError for signs that are no part of an answer, and for words like "or" and "not".
    """
    text = _MAPS_OF.sub(r"\1 maps \2", text) if form.name == "shape" else text
    text = _CHANNELS_AT.sub(lambda match: " hwc " if match[1] == "last" else " chw ", text)
    text = _ORDER.sub(lambda match: match[0].replace("x", " x "), text)
    text = _CROSS.sub(" x ", _MODULE.sub("", text))
    text = _FRACTION.sub(r"(\1/\2)", text)
    tokens: list[Token] = []
    unit, typed, unknown, position = "", "", 0, 0
    while match := _TOKEN.match(text, position):
        glued = match.start(match.lastgroup or 0) == position and position > 0
        position = match.end()
        if number := match["number"]:
            tokens.append(quantity(number))
            typed = number
        elif sign := match["sign"]:
            tokens += _sign(sign, tokens, text[position:])
        else:
            word = match["word"].strip("'").rpartition(".")[2]
            following = text[position:].lstrip()[:1]
            if found := _word(word, tokens, form, following, typed):
                tokens, unit = found[0], found[1] or unit
            elif glued and tokens and isinstance(tokens[-1], Quantity) and text[match.start() - 1].isdigit():
                raise UnreadableError(unreadable.WORDS)
            elif text[position : position + 1] == "(":
                raise UnreadableError(unreadable.WORDS)  # a function that is not known
            elif following not in ("=", "→"):  # before these stands the name of what was asked for
                unknown += 1
    if text[position:].strip() or unknown > _MOST_UNKNOWN:
        raise UnreadableError(unreadable.WORDS)
    if not any(isinstance(token, Quantity) for token in tokens):
        raise UnreadableError(unreadable.WORDS)
    return Tokens(tokens, unit, not unknown)


def _sign(sign: str, before: list[Token], after: str) -> list[Token]:
    if sign in ("<", ">", "<=", ">="):
        raise UnreadableError(unreadable.OPEN)
    if sign == "?":  # the batch axis, as Keras prints it, or a learner's doubt
        return [Quantity(-1)] if after.strip() and all(token == "(" for token in before) else []
    return [] if sign == "'" else ["," if sign == ";" else sign]


def _word(
    word: str, before: list[Token], form: Form, following: str, typed: str
) -> tuple[list[Token], str] | None:
    """Return the tokens with those of this word, and the unit that it names; None for an unknown word.

    `typed` is the last number, as it was typed.
    """
    if following == "(" and word in FUNCTIONS:
        return [*before, word], ""
    if word in ("x", "by"):
        return [*before, "x"], ""
    if word in _OPERATORS:
        return [*before, _OPERATORS[word]], ""
    if places := labels_in(word, form):
        return [*before, *places], ""
    if (label := label_of(word, form)) is not None:
        return [*before, label], ""
    match = _LABELLED.fullmatch(word)
    if match and following not in ("=", "→") and (label := label_of(match[1], form)) is not None:
        return [*before, label, quantity(match[2])], ""
    number = before[-1] if before else None
    if isinstance(number, Quantity) and word in SCALES and (word != "b" or form.unit != "bytes"):
        return [*before[:-1], quantity(typed, word)], ""
    if named := unit_of(word):
        own, prefix = named
        if own == "bytes" and form.unit != "bytes" and len(form.components) == 1 and word not in _BATCH:
            raise UnreadableError(unreadable.UNIT, unit=own)
        if isinstance(number, Quantity) and prefix:
            return [*before[:-1], quantity(typed, prefix, own)], own
        if own != "bytes" or form.unit == "bytes":
            return before, own
    if form.components[0] == "channels" and word in _BATCH and all(token == "(" for token in before):
        return [*before, Quantity(-1)], ""
    if word in ("and", "to", "through", "until", "up", "till"):
        if word != "and" and form.name != "range":
            raise UnreadableError(unreadable.OPEN)
        return [*before, ","], ""
    if word in _LEAVES_OPEN:
        if form.name != "range" or word not in ("between", "from"):
            raise UnreadableError(unreadable.OPEN)
        return before, ""
    return (before, "") if word in _DROPPED else None


_OPERATORS = {"times": "*", "plus": "+", "minus": "-", "mod": "%"}
