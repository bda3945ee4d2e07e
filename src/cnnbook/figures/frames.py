"""A stepped picture: one frame at a time behind a slider, without a kernel; on paper all frames in a row."""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from matplotlib.image import imread

from cnnbook.figures.style import Picture, picture, styled

# Where no script runs (GitHub, a notebook that is not trusted), the frames stand beside each other.
_SCRIPT = """
(() => {
  const root = document.getElementById("ID");
  if (!root) return;
  const frames = [...root.querySelectorAll("figure")];
  const bar = root.querySelector("label");
  const slider = bar.querySelector("input"), said = bar.querySelector("output");
  const show = () => {
    frames.forEach((frame, i) => { frame.style.display = i === +slider.value ? "block" : "none"; });
    const title = frames[slider.value].querySelector("figcaption").textContent;
    said.textContent = title + " (" + (+slider.value + 1) + " of " + frames.length + ")";
    slider.setAttribute("aria-valuetext", said.textContent);
  };
  frames.forEach((frame) => { frame.querySelector("figcaption").style.display = "none"; });
  slider.addEventListener("input", show);
  slider.addEventListener("keydown", (event) => event.stopPropagation()); // JupyterLab moves by arrows itself
  bar.style.display = "flex";
  show();
})();
"""


class Frames:
    """Pictures that a notebook shows one at a time, with a slider that keys and fingers move too."""

    def __init__(self, pictures: Sequence[Picture], titles: Sequence[str]) -> None:
        self.pictures, self.titles = tuple(pictures), tuple(map(str, titles))

    @property
    def alt(self) -> str:
        """The alternative texts of all frames, each after its title."""
        return "\n".join(
            f"{title}: {shown.alt}" for title, shown in zip(self.titles, self.pictures, strict=True)
        )

    def _repr_html_(self) -> str:
        name = f"frames-{uuid4().hex}"
        figures = "".join(
            '<figure style="margin: 0 0.5em 0.5em 0">'
            f'<figcaption style="font-size: 90%">{html.escape(title)}</figcaption>'
            f"{shown._repr_html_()}</figure>"
            for title, shown in zip(self.titles, self.pictures, strict=True)
        )
        last = len(self.pictures) - 1
        return (
            f'<div id="{name}" style="color: inherit">'
            '<label style="display: none; gap: 0.75em; align-items: center; margin-bottom: 0.5em">'
            f'<input type="range" min="0" max="{last}" value="0" step="1" aria-label="frame"'
            ' style="flex: 0 1 16em; accent-color: currentColor"><output></output></label>'
            f'<div style="display: flex; flex-wrap: wrap; align-items: end">{figures}</div>'
            f"<script>{_SCRIPT.replace('ID', name)}</script></div>"
        )

    def _repr_png_(self) -> bytes:
        return self.in_a_row()._repr_png_()

    @styled
    def in_a_row(self) -> Picture:
        """Return all frames in one row, each below its title: for paper, and for a page without scripts."""
        images = [imread(io.BytesIO(shown._repr_png_())) for shown in self.pictures]
        height, wide = max(len(image) for image in images), sum(image.shape[1] for image in images)
        scale = 10 / wide  # the row is as wide as a page has room for
        drawn = picture(10, height * scale + 0.4, self.alt)
        ratios = [image.shape[1] for image in images]
        row = drawn.subplots(1, len(images), squeeze=False, width_ratios=ratios)[0]
        for axes, image, title in zip(row, images, self.titles, strict=True):
            axes.imshow(image)
            axes.set_title(title, fontsize=9)
            axes.set_axis_off()
        drawn.set_dpi(200)  # the frames' letters have become smaller
        return drawn


def frames(pictures: Sequence[Any], titles: Sequence[str]) -> Frames:
    """Return pictures of this room as a stepped picture: a slider shows one of them at a time.

    >>> from cnnbook.figures import number_grids
    >>> kernels = [number_grids({"kernel": [0]}), number_grids({"kernel": [3]})]
    >>> print(frames(kernels, ["first", "after 10 steps"]).alt)
    first: kernel: 0.
    after 10 steps: kernel: 3.

    Raises ValueError if there is no picture, or not one title for each.
    """
    if not pictures or len(pictures) != len(titles):
        raise ValueError(
            f"there are {len(pictures)} pictures and {len(titles)} titles; "
            "at least one picture, and a title for each, would do"
        )
    return Frames(pictures, titles)
