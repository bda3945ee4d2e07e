"""Typed text in one plain notation: ASCII signs instead of Unicode, LaTeX, Markdown and other scripts."""

from __future__ import annotations

import re
import unicodedata

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.number_words import with_digits
from cnnbook.exercises.checking.unreadable import UnreadableError

LONGEST_TEXT = 300

_GROUPING_BLANK = re.compile("(?<=\\d)[\u00a0\u202f\u2009\u2007](?=\\d{3}(?!\\d))")
_SUPERSCRIPTS = re.compile("(?<=[\\d)\\]])[⁰¹²³⁴-⁹]+")
_MIXED = re.compile(r"(\d?)([¼-¾⅐-⅞])")
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("×✕✖⨯", " x "),
        **dict.fromkeys("·⋅∙∗•", "*"),
        **dict.fromkeys("÷∕⁄", "/"),
        **dict.fromkeys("−–—‒‐‑", "-"),
        **dict.fromkeys("[{", "("),
        **dict.fromkeys("]}⌋⌉", ")"),
        **dict.fromkeys("；;、，،", ";"),
        **dict.fromkeys("→≈⇒➜⟶≅≃", "→"),
        **dict.fromkeys("：:∈", "→"),
        **dict.fromkeys('$"“”„«»#!～∼。', " "),
        "~": " ",
        "&": " and ",
        "≤": "<=",
        "≥": ">=",
        "⌊": " floor(",
        "⌈": " ceil(",
        "’": "'",
        "′": "'",
        "\r": " ",
        "\t": ";",
        "\n": ";",
        "|": ";",
    }
)
_LATEX = (
    (re.compile(r"\{\s*,\s*\}"), ","),
    (re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r"((\1)/(\2))"),
    (re.compile(r"\\times"), " x "),
    (re.compile(r"\\(?:cdot|ast)"), "*"),
    (re.compile(r"\\div"), "/"),
    (re.compile(r"\\lfloor"), " floor("),
    (re.compile(r"\\lceil"), " ceil("),
    (re.compile(r"\\r(?:floor|ceil)"), ")"),
    (re.compile(r"\\leq?(?![a-z])"), "<="),
    (re.compile(r"\\geq?(?![a-z])"), ">="),
    (re.compile(r"\\(?:approx|to|rightarrow|Rightarrow)(?![a-z])"), "→"),
    (re.compile(r"\\[a-zA-Z]+\s*\{([^{}]*)\}"), r" \1 "),
    (re.compile(r"\\(?:left|right|big|Big|displaystyle|q?quad|[,;:!() \[\]])"), " "),
)
# Emphasis and code of Markdown around a number or a word, but no product and no power.
_MARKDOWN = re.compile(r"(?<![\d)*_`a-wyz])(\*{1,2}|__?|`+|~~)(?=\S)([^*_`]+?)(?<=\S)\1(?![\d(*])")
_BULLET = re.compile(r"\s*(?:[-*•]|\d+[.)])\s+(?=\S)")
# Letters of other scripts are written next to digits without a blank.
_NEXT_TO_A_DIGIT = re.compile(r"(?<=\d)(?=[^\x00-\x7f→])|(?<=[^\x00-\x7f→])(?=\d)")
_HTML = re.compile(r"</?[a-z]+>|&nbsp;|&thinsp;", re.IGNORECASE)
_CHINESE = {
    "通道": "channels", "高度": "height", "宽度": "width", "字节": "bytes", "参数": "parameters",
    "像素": "pixels",
    "最小": "smallest", "最大": "largest", "高": "height", "宽": "width", "行": "rows", "列": "columns",
    "到": "to",
    "输出": "output", "答案": "answer", "至": "to", "和": "and", "或": "or", "个": "", "是": "", "约": "",
}  # fmt: skip
_CHINESE_WORD = re.compile("|".join(_CHINESE))


def plain(text: str) -> str:
    """Return the text in lower case and in one line of plain signs.

    A semicolon stands for each sign that separates, and → for each sign that leads on to a result.

    >>> plain("**３.63 × 10⁹**"), plain("H: ⌊7/2⌋"), plain("八个")
    ('3.63  x  10**9', 'h→  floor(7/2)', '8')
    """
    if len(text) > LONGEST_TEXT:
        raise UnreadableError(unreadable.LONG)
    if "\n" in text and all(map(_BULLET.match, lines := text.strip().split("\n"))):
        text = "\n".join(_BULLET.sub("", line) for line in lines)
    text = _MARKDOWN.sub(r"\2", text)
    if not text.isascii():
        text = _ascii(text)
    if "\\" in text or "{" in text:
        for pattern, replacement in _LATEX:
            text = pattern.sub(replacement, text)
    text = _HTML.sub(" ", text) if "<" in text or "&" in text else text
    text = text.replace("->", "→").replace("=>", "→").replace("==", "=")
    text = text.translate(_SIGNS).replace("^", "**").casefold()
    return _NEXT_TO_A_DIGIT.sub(" ", with_digits(text)).strip(" .`';")


def _ascii(text: str) -> str:
    text = _GROUPING_BLANK.sub("_", text)
    text = _SUPERSCRIPTS.sub(r"**\g<0>", text)
    text = _MIXED.sub(lambda match: f"{match[1]}{'+' if match[1] else ''}({match[2]})", text)
    text = text.replace("…", " to ")
    # What is written as one sign, such as ﷺ, may stand for a long text.
    text = unicodedata.normalize("NFKC", text)
    if len(text) > 4 * LONGEST_TEXT:
        raise UnreadableError(unreadable.LONG)
    text = "".join(map(_plain_sign, text))
    return _CHINESE_WORD.sub(lambda match: f" {_CHINESE[match[0]]} ", text)


def _plain_sign(sign: str) -> str:
    """Return a digit of any script in ASCII; nothing for a picture or a mark without a width."""
    if sign.isascii():
        return sign
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    return "" if category in ("Cf", "Mn", "Me", "So") else sign
