"""The fonts that graphs are drawn with: matplotlib's DejaVu on every machine, the system's for other scripts.

A PDF that Graphviz makes on a machine without fonts has no text in it. matplotlib is a dependency of the
course and brings DejaVu Sans, so a drawing finds at least that one; it also makes drawings the same size
everywhere.
"""

from __future__ import annotations

import importlib.util
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

FAMILY = "DejaVu Sans"

_SYSTEM = "/etc/fonts/fonts.conf"

# Characters that the course's own labels use and DejaVu Sans has; anything else is looked up.
_KNOWN = frozenset("×·→←↑↓−⌊⌋²≥≤…–—“”’éèüöä‖│■∖")


@contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Give the process environment under which Graphviz finds DejaVu Sans, beside the fonts there are.

    Those are the system's, or of the FONTCONFIG_FILE that somebody has set. The file that says so is deleted
    when the drawing is done: one that is kept until the end of the process would stay if that is killed.
    """
    there = os.environ.get("FONTCONFIG_FILE") or _SYSTEM
    with tempfile.TemporaryDirectory(prefix="cnnbook-fonts-") as folder:
        file = Path(folder) / "fonts.conf"
        file.write_text(_configuration(there), encoding="utf-8")
        yield {**os.environ, "FONTCONFIG_FILE": str(file)}


def missing(text: str) -> tuple[str, ...]:
    """Return a note on the characters that no font of this machine can draw; nothing where all is well.

    >>> missing("conv1 3×3 → 64")
    ()
    """
    unknown = {
        c for c in set(text) if ord(c) > 127 and c not in _KNOWN and c.isprintable() and not c.isspace()
    }
    for font in (_dejavu(), *_system_fonts()) if unknown else ():
        unknown -= _characters(font)
        if not unknown:
            break
    if not unknown:
        return ()
    shown = " ".join(sorted(unknown)[:12]) + (" …" if len(unknown) > 12 else "")
    return (
        f"no font on this machine can draw {shown}; install one that can "
        "(for Chinese, Japanese and Korean: sudo apt-get install fonts-noto-cjk) and draw again",
    )


@cache
def _folder() -> Path:
    # Found without importing matplotlib, which takes longer than the drawing.
    spec = importlib.util.find_spec("matplotlib")
    if spec and spec.origin:
        beside = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
        if beside.is_dir():
            return beside
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def _dejavu() -> str:
    return str(_folder() / "DejaVuSans.ttf")


@cache
def _system_fonts() -> tuple[str, ...]:
    from matplotlib import font_manager

    return tuple(sorted(font_manager.findSystemFonts()))


@cache
def _characters(font: str) -> frozenset[str]:
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(map(chr, FT2Font(font).get_charmap()))
    except (OSError, RuntimeError):
        return frozenset()


def _configuration(there: str) -> str:
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f'<include ignore_missing="yes">{escape(there)}</include>\n'
        f"<dir>{escape(str(_folder()))}</dir>\n"
        '<cachedir prefix="xdg">fontconfig</cachedir>\n'
        # Hinted letters are as wide as whole pixels: at 8 points that is 5 % too wide, and spaced unevenly.
        '<match target="pattern"><edit name="hinting" mode="assign"><bool>false</bool></edit></match>\n'
        '<match target="font"><edit name="hinting" mode="assign"><bool>false</bool></edit></match>\n'
        # Without ligatures: with them "classifier" is searched for in vain in a PDF.
        '<match target="font"><edit name="fontfeatures" mode="append">'
        "<string>liga=0</string></edit></match>\n"
        "</fontconfig>\n"
    )
