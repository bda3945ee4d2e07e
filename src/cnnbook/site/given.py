"""What is given for a live element: one value or a dict of options, and a network whose trace is shipped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnbook.networks import COURSE, UnknownNetwork


def options(given: Any, only: str, **others: Any) -> dict[str, Any]:
    """Return what is given as a dict, with these values for what is not given.

    One value stands for the dict that has it alone, under the name `only`.

    >>> options("lenet5", "network", questions=8)
    {'questions': 8, 'network': 'lenet5'}

    Raises TypeError for a name that is not among them.
    """
    found = dict(given) if isinstance(given, Mapping) else {only: given}
    if unknown := sorted(map(str, found.keys() - {only, *others})):
        raise TypeError(f"it has {unknown[0]!r}; it may have {', '.join([only, *others])}")
    return {**others, **found}


def of_the_course(network: object) -> str:
    """Return the name of a network of the course: its trace is known without torch.

    >>> of_the_course("resnet18")
    'resnet18'

    Raises UnknownNetwork (a LookupError) for anything else.
    """
    if not isinstance(network, str) or network not in COURSE:
        raise UnknownNetwork(f"{network!r:.40} is no network of the course; {', '.join(COURSE)} would do")
    return network
