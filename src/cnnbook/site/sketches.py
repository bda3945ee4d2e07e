"""The sketches of a page, and what makes one again as it is now."""

from __future__ import annotations

from typing import Any

from cnnbook.site.given import of_the_course, options
from cnnbook.sketch.given import given_plan
from cnnbook.sketch.live_sketch import LiveSketch
from cnnbook.sketch.records import plan_of_record, record_of_plan
from cnnbook.sketch.session import Session


def sketch(given: Any) -> LiveSketch:
    """Return the sketch of an element."""
    return LiveSketch(session_of(given))


def session_of(given: Any) -> Session:
    """Return the session of a sketch."""
    chosen = _options(given)
    network = chosen["network"]
    network = of_the_course(network) if isinstance(network, str) else plan_of_record(network)
    session = Session(given_plan(network, chosen["input_shape"]), chosen["targets"])
    if chosen["now"] is not None:
        session.go_on(given_plan(plan_of_record(chosen["now"])))
    return session


def kept(live: object, given: Any) -> dict[str, Any]:
    """Return what is given for a sketch that goes on where this one is."""
    assert isinstance(live, LiveSketch)
    return {**_options(given), "now": record_of_plan(live.session.plan)}


def _options(given: Any) -> dict[str, Any]:
    return options(given, "network", input_shape=None, targets=(), now=None)
