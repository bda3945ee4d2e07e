"""The networks that a page can ask about: those whose traces are shipped, so that no torch is needed."""

from __future__ import annotations

from cnnbook.networks import COURSE, UnknownNetwork


def of_the_course(network: object) -> str:
    """Return the name of a network of the course.

    >>> of_the_course("resnet18")
    'resnet18'

    Raises UnknownNetwork (a LookupError) for anything else.
    """
    if not isinstance(network, str) or network not in COURSE:
        raise UnknownNetwork(f"{network!r:.40} is no network of the course; {', '.join(COURSE)} would do")
    return network
