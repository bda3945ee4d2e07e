"""What the explorer says in the browser, in the user's language; `explorer.js` names each by its key."""

from __future__ import annotations

from typing import Any, Final

from cnnbook.exercises.words import _, template

_CONTROLS: Final = {
    "input": _("input"),
    "kind": _("kind"),
    "kernel": _("kernel"),
    "height": _("height"),
    "width": _("width"),
    "kernel_size": _("kernel size k"),
    "stride": _("stride s"),
    "padding": _("padding p"),
    "dilation": _("dilation d"),
}
_CHOICES: Final = {
    "input": {
        "numbers": _("numbers"),
        "digit": _("a digit"),
        "photograph": _("a photograph"),
        "colour photograph": _("a photograph in colour"),
        "own": _("own numbers"),
    },
    "kind": {
        "convolution": _("convolution"),
        "max": _("max pooling"),
        "average": _("average pooling"),
    },
    "kernel": {
        "edges": _("edges: right − left"),
        "level edges": _("horizontal edges: lower − upper"),
        "blur": _("blur: mean"),
        "sharpen": _("sharpen"),
        "ones": _("ones: sum"),
        "identity": _("identity: copy"),
        "red": _("red: 2 red − green − blue"),
        "colour edges": _("colour edges: red − green"),
        "own": _("own numbers"),
    },
}
_SENTENCES: Final = {
    "explorer": _("Convolution explorer"),
    "play": _("Play"),
    "pause": _("Pause"),
    "undo": _("Undo my changes"),
    "hint": _(
        "Drag the window over the input, or go through the output with the arrow keys. "
        "Click a number of the window or of the kernel to change it."
    ),
    "position": _("position {at} of {all}"),
    "input": _("input {size}"),
    "padded input": _("input {size}, padded {padded}"),
    "kernel": _("kernel {size}"),
    "window": _("window {size}"),
    "bare": _("window {size}, without weights"),
    "output": _("output {size}"),
    "none": _("No output. {problem}."),
    "channel 0": _("red"),
    "channel 1": _("green"),
    "channel 2": _("blue"),
    "lit": _("in the window"),
    "won": _("the largest"),
    "gap": _("skipped"),
    "pad": _("padding"),
    "never": _("never read: {count} of {all} pixels"),
    "shades": _("output from"),
    "convolution": _("output[{row}, {column}] is the sum of pixel × weight:"),
    "max": _("output[{row}, {column}] is the largest pixel of the window:"),
    "average": _("output[{row}, {column}] is the mean of the window's pixels:"),
    "no number": _("{entered} is not a number from −9999 to 9999; 3, −0.5 or 1/9 would do."),
    # What a screen reader says.
    "input grid": _("input, {size}; the window is at rows {first} to {last}, columns {from} to {to}"),
    "kernel grid": _("kernel"),
    "window grid": _("window"),
    "output grid": _("output, {size}"),
    "no weights": _("no weights"),
    "cell": _("row {row}, column {column}: {value}"),
    "pixel": _("pixel in row {row}, column {column} is {value}"),
    "weight": _("weight in row {row}, column {column} is {value}"),
    "place": _(
        "Output row {row}, column {column}: {value}. "
        "Window at rows {first} to {last}, columns {from} to {to}."
    ),
    "place of the largest": _(
        "Output row {row}, column {column}: {value}, from row {y}, column {x}. "
        "Window at rows {first} to {last}, columns {from} to {to}."
    ),
    "minus": _("minus"),
    "infinity": _("infinity"),
}


def words(own_input: bool) -> dict[str, Any]:
    """Return all that the browser says, by its key, with the choices of `input`, `kind` and `kernel`.

    Where `own_input` is true, an image of one's own is one of the inputs. A placeholder stays as it is, for
    the browser to fill in.

    >>> words(True)["sentences"]["position"], words(False)["input"].get("own")
    ('position {at} of {all}', None)
    """
    several = {"controls": _CONTROLS, "sentences": _SENTENCES, **_CHOICES}
    found = {name: {key: template(text) for key, text in one.items()} for name, one in several.items()}
    if not own_input:
        del found["input"]["own"]
    return found
