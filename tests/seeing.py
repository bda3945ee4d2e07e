"""What a test sees of a picture: its pixels, its texts, and that it shows itself in a notebook."""

import io
from html import escape

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from cnnbook.figures.style import Picture


def pixels(figure: Picture) -> np.ndarray:
    """The picture as a notebook shows it, (height, width, 3), 0 to 255."""
    return np.asarray(Image.open(io.BytesIO(figure._repr_png_())).convert("RGB"))


def texts(figure: Figure) -> list[str]:
    """All words in the picture."""
    return [text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text()]


def assert_shows_itself(figure: Picture) -> None:
    """It is not blank, is a PNG for a notebook, and its HTML carries words for those who cannot see it."""
    assert pixels(figure).std() > 5
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert figure.alt
    assert f'alt="{escape(figure.alt, quote=True)}"' in figure._repr_html_()
