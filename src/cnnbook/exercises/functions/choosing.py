"""Write a choice under two limits, and count the networks that another one beats."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from cnnbook.exercises.functions.questions import FunctionQuestion
from cnnbook.exercises.functions.sizes import probes
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _

# A network: its accuracy in per cent, the kilobytes of its file, the milliseconds for one picture.
Costs = tuple[float, float, float]
Networks = list[Costs]


class TableQuestion(FunctionQuestion):
    """Write a function that reads a table of networks and returns a whole number."""

    source: ClassVar[str] = _("the right number is")


def _best(networks: Networks, fits: Callable[[Costs], bool], best: Callable[[Costs], float]) -> int:
    """Return the place of the best network among those that fit, -1 if there are none."""
    places = [place for place, network in enumerate(networks) if fits(network)]
    return max(places, key=lambda place: best(networks[place]), default=-1)


def _among_fitting(networks: Networks, kb: float, ms: float) -> int:
    """Return the place of the best network in a list of those that fit."""
    return _best([one for one in networks if one[1] <= kb and one[2] <= ms], lambda one: True, _accuracy)


def _accuracy_of_best(networks: Networks, kb: float, ms: float) -> float:
    """Return the accuracy of the best network that fits, -1 if there is none."""
    return max((one[0] for one in networks if one[1] <= kb and one[2] <= ms), default=-1)


def _accuracy(network: Costs) -> float:
    return network[0]


WRITE_CHOICE = TableQuestion(
    "my_choice(networks, most_kb, most_ms)",
    lambda networks, kb, ms: _best(networks, lambda one: one[1] <= kb and one[2] <= ms, _accuracy),
    probes(
        "networks most_kb most_ms",
        ([(80, 40, 1), (85, 60, 3)], 50, 2),
        ([(82, 80, 1), (83, 40, 2), (85, 300, 1)], 50, 2),
        ([(78, 30, 1), (84, 40, 3), (83, 90, 1)], 50, 2),
        ([(81, 20, 2), (84, 45, 1), (79, 50, 1), (86, 60, 5)], 50, 2),
        ([(79, 30, 0.5), (82, 20, 1), (84, 50, 2)], 50, 2),
        ([(90, 60, 3)], 50, 2),
    ),
    _("networks={networks}, most_kb={most_kb}, most_ms={most_ms}"),
    wrong={
        "accuracy-only": lambda networks, kb, ms: _best(networks, lambda one: True, _accuracy),
        "either-limit": lambda networks, kb, ms: _best(
            networks, lambda one: one[1] <= kb or one[2] <= ms, _accuracy
        ),
        "limit-excluded": lambda networks, kb, ms: _best(
            networks, lambda one: one[1] < kb and one[2] < ms, _accuracy
        ),
        "fewest-macs": lambda networks, kb, ms: _best(
            networks, lambda one: one[1] <= kb and one[2] <= ms, lambda one: -one[1]
        ),
        "first-that-fits": lambda networks, kb, ms: _best(
            networks, lambda one: one[1] <= kb and one[2] <= ms, lambda one: 0
        ),
        "value-for-place": _accuracy_of_best,
        "place-among-fitting": _among_fitting,
    },
    solution=_(
        "Keep the best place so far:\n"
        "    best = -1\n"
        "    for place, (accuracy, kb, ms) in enumerate(networks):\n"
        "        if kb <= most_kb and ms <= most_ms:\n"
        "            if best == -1 or accuracy > networks[best][0]:\n"
        "                best = place\n"
        "    return best"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. networks is a list with three numbers for each network: its "
            "accuracy in per cent, the kilobytes of its file, and the milliseconds for one picture. Return "
            "the place of the most accurate network within both limits; the first network has place 0. A "
            "network exactly at a limit is within it. Return -1 if no network is within both."
        ),
        ask=_(
            "Take one network after the other. Is its file small enough, and is it fast enough? Which of "
            "those "
            "that are left has the highest accuracy?"
        ),
        hints={
            "accuracy-only": _(
                "Your function takes the most accurate network, whatever it costs. Which networks may it not "
                "even look at?"
            ),
            "either-limit": _(
                "Your function takes networks that keep one of the two limits. How many limits must a "
                "network "
                "keep?"
            ),
            "limit-excluded": _(
                "Your function leaves out a network that is exactly at a limit. Is at most 50 also true of "
                "50?"
            ),
            "fewest-macs": _(
                "Your function takes the smallest file among those that fit. Which of them is wanted?"
            ),
            "first-that-fits": _(
                "Your function takes the first network that fits. What if a later one fits too, and is more "
                "accurate?"
            ),
            "value-for-place": _(
                "Your function returns the accuracy of the right network. At which place of the list does it "
                "stand?"
            ),
            "place-among-fitting": _(
                "Your function returns the place among the networks that fit. At which place of the whole "
                "list does that network stand?"
            ),
        },
    ),
)


def _beats(one: Costs, other: Costs) -> bool:
    """Return whether the first network is better in all three numbers."""
    return one[0] > other[0] and one[1] < other[1] and one[2] < other[2]


def _beaten(networks: Networks, beats: Callable[[Costs, Costs], bool]) -> int:
    return sum(any(beats(rival, one) for rival in networks) for one in networks)


def _as_good(one: Costs, other: Costs) -> bool:
    return one[0] >= other[0] and one[1] <= other[1] and one[2] <= other[2]


def _better_somewhere(one: Costs, other: Costs) -> bool:
    return one[0] > other[0] or one[1] < other[1] or one[2] < other[2]


WRITE_DOMINATED = TableQuestion(
    "my_dominated(networks)",
    lambda networks: _beaten(networks, _beats),
    probes(
        "networks",
        ([(80, 40, 1), (78, 60, 3)],),
        ([(80, 40, 1), (85, 60, 3)],),
        ([(80, 40, 1), (81, 30, 0.5), (82, 20, 0.25), (79, 90, 4)],),
        ([(84, 40, 2), (84, 60, 3), (83, 50, 2), (78, 70, 5)],),
        ([(80, 40, 2), (85, 60, 1)],),
        ([(80, 40, 1), (85, 60, 3), (70, 20, 3), (70, 60, 0.5)],),
        ([(85, 60, 1), (80, 40, 1), (75, 40, 1)],),
    ),
    _("networks={networks}"),
    wrong={
        "accuracy-only": lambda networks: _beaten(networks, lambda one, other: one[0] > other[0]),
        "better-in-one": lambda networks: _beaten(networks, _better_somewhere),
        "ties-beat": lambda networks: _beaten(networks, _as_good),
        "pairs-counted": lambda networks: sum(_beats(rival, one) for one in networks for rival in networks),
        "rest-counted": lambda networks: len(networks) - _beaten(networks, _beats),
    },
    solution=_(
        "Compare each network with all others:\n"
        "    count = 0\n"
        "    for one in networks:\n"
        "        beaten = False\n"
        "        for other in networks:\n"
        "            if other[0] > one[0] and other[1] < one[1] and other[2] < one[2]:\n"
        "                beaten = True\n"
        "        if beaten:\n"
        "            count = count + 1\n"
        "    return count"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. networks is a list with three numbers for each network: its "
            "accuracy in per cent, the kilobytes of its file, and the milliseconds for one picture. Return "
            "how "
            "many networks are dominated. A network is dominated if another one is better in all three "
            "numbers: more accurate, a smaller file, and less time."
        ),
        ask=_("Take one network. Is there another one that is better in each of the three numbers?"),
        hints={
            "accuracy-only": _(
                "Your function compares the accuracy alone. In how many numbers must the other one be better?"
            ),
            "better-in-one": _(
                "Your function counts a network if another one is better in any number. In how many must it "
                "be better?"
            ),
            "ties-beat": _(
                "In your function equal numbers are enough. Then what does a network do to itself?"
            ),
            "pairs-counted": _(
                "Your function counts a network once for each rival that beats it. How often should it count?"
            ),
            "rest-counted": _(
                "Your function counts the networks that no other beats. How many are the others?"
            ),
        },
    ),
)
