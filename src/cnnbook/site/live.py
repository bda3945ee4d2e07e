"""The HTML of a live element: its first state as data for the scripts, and a sheet for where none run."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from html import escape
from typing import Any

from cnnbook.exercises.words import _
from cnnbook.learner import record
from cnnbook.learner.printed_card import printed
from cnnbook.site.cards import exercises_of
from cnnbook.site.cores import core, state_on_a_page
from cnnbook.site.errors import SiteError
from cnnbook.site.sketches import session_of
from cnnbook.sketch.plan import Plan
from cnnbook.sketch.records import record_of_plan
from cnnbook.widgets.sketch_page import page

_ON_PAPER = _("Answer on paper, or in JupyterLab: this browser does not run the exercises.")


def element(kind: str, given: Any) -> str:
    """Return the HTML of a live element.

    `kind` and `given` are those of `cores.core`; "explorer" takes the arguments of a ConvolutionExplorer as a
    dict, or its input alone, and needs no Python in the browser. A sketch may be given as a Plan too.

    >>> element("ask", ["size.first"]).partition(">")[0]
    '<div class="cnnbook-live" data-live="ask" data-given="[&quot;size.first&quot;]"'

    Raises SiteError, whose message is one line, if there is no such element.
    """
    if kind == "explorer":
        return _explorer(given)
    if kind == "sketch":
        given = _plain(given)
    with record.kept_in(os.devnull):  # the page is for nobody in particular
        state = state_on_a_page(core(kind, given))
        if kind == "sketch":
            instead = page(session_of(given))
        else:
            instead = printed(*exercises_of(kind, given), note=_ON_PAPER)
    return _html(kind, given, state, instead)


def _plain(given: Any) -> Any:
    """Return what a sketch is made of as data that goes to JSON."""
    if isinstance(given, Plan):
        return {"network": record_of_plan(given)}
    if isinstance(given, Mapping) and isinstance(given.get("network"), Plan):
        return {**given, "network": record_of_plan(given["network"])}
    return given


def _explorer(given: Any) -> str:
    from cnnbook.widgets.explorer import ConvolutionExplorer  # loads anywidget

    options = dict(given) if isinstance(given, Mapping) else {"input": given}
    try:
        explorer = ConvolutionExplorer(**options)
    except (TypeError, ValueError) as error:
        raise SiteError(f"the live element explorer {given!r:.80} cannot be made: {error}") from None
    return _html("explorer", options, explorer.state(), explorer.picture_html())


def _html(kind: str, given: Any, state: Mapping[str, Any], instead: str) -> str:
    """Return the element; a "<" in its data is an escape of JSON, so that no text ends the script."""
    shown = json.dumps(state, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<div class="cnnbook-live" data-live="{escape(kind)}" data-given="{escape(json.dumps(given))}">'
        f'<script type="application/json">{shown}</script>'
        f'<div class="cnnbook-instead">{instead}</div></div>'
    )
