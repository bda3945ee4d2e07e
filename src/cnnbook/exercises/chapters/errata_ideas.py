"""Exercises of chapter 09 on how a claim is decided: by varying one thing, counting, searching, reading."""

from __future__ import annotations

from cnnbook.exercises.choices import Choice, Option
from cnnbook.exercises.forms import NUMBER
from cnnbook.exercises.functions.errata import WRITE_COUNTEREXAMPLE, WRITE_SAME
from cnnbook.exercises.kinds.parameters import ConvParameters
from cnnbook.exercises.kinds.rounding_designs import RoundingDesign
from cnnbook.exercises.kinds.slip_finding import FindTheSlip
from cnnbook.exercises.questions import CustomQuestion, Question, Words
from cnnbook.exercises.words import _

# What MNIST's 10,000 test pictures decide: mistakes of two networks, and labels known to be wrong.
_MNIST = {"pictures": 10_000, "old": 23, "new": 17, "labels": 15}

IDEAS: dict[str, Question] = {
    "errata.beyond-labels": Choice(
        Option(
            _("Nothing yet: the gain is smaller than the number of wrong labels."),
            _(
                "Both networks are marked wrong where they read a badly labelled picture correctly. So {new} "
                "mistakes may be better or worse than {old}: look at the pictures."
            ),
        ),
        (
            Option(
                _("The new network is better."),
                _("That would follow if all labels were right, but {labels} are not."),
            ),
            Option(
                _("The new network is worse."),
                _("It could be worse, or better: its 6 fewer mistakes can all be among the wrong labels."),
            ),
            Option(
                _("Both networks learned the wrong labels."),
                _("They never saw the labels of the test pictures while they learned."),
            ),
        ),
        numbers=_MNIST,
        words=Words(
            prompt=_(
                "A network makes {old} mistakes on the {pictures} test pictures of MNIST, and a new one "
                "{new}. Later somebody finds that {labels} of the labels are wrong. What follows about the "
                "two networks?"
            ),
            ask=_("What would a perfect reader get on the pictures whose labels are wrong?"),
        ),
    ),
    "errata.left-or-right": Choice(
        Option(
            _("Exactly half of the answers are right."),
            _(
                "Left and right give the same maps, only moved round, and their maximum is the same number. "
                "So it answers both alike, and one of the two answers is right."
            ),
        ),
        (
            Option(
                _("Nearly all answers are right, as with zeros."),
                _("For that it needs to notice where the picture ends. Which number tells it that?"),
            ),
            Option(
                _("No answer is right."),
                _("To be always wrong it would have to know the side, and say the other."),
            ),
            Option(
                _("Between half and all, depending on the seed."),
                _("Seeds change the weights. No weights can tell two equal rows of numbers apart."),
                "pool-shift-invariant",
            ),
        ),
        targets=("pool-shift-invariant",),
        words=Words(
            prompt=_(
                "Each test picture is shown twice, once with the piece on the left, once on the right. The "
                "network with the circular frame has learned to say the side. How many of its answers are "
                "right?"
            ),
            ask=_(
                "Roll the picture by half of its width: the left one becomes the right one. What happens to "
                "the maps, and what to their maximum?"
            ),
        ),
    ),
    "errata.googlenet-stem": CustomQuestion(
        64 * 7 * 7 * 3,
        because="7×7×3×64",
        wrong={"no-input-channels": 64 * 7 * 7, "all-kernels": 7 * 7 * 3},
        form=NUMBER,
        words=Words(
            prompt=_(
                "The first layer of GoogLeNet reads a colour picture with 64 kernels of 7 x 7. How many "
                "weights do these kernels have, biases left out?"
            ),
            ask=_("How many weights does one kernel have, with all its slices? How many kernels are there?"),
            hints={
                "no-input-channels": _(
                    "{answer} is the count for a grey picture. How many slices does a kernel have for a "
                    "colour picture?"
                ),
                "all-kernels": _("{answer} is the count of one kernel. How many kernels are there?"),
            },
        ),
    ),
    "errata.find-the-slip": FindTheSlip(
        ConvParameters(
            (64, 192),
            (3, 3),
            words=Words(
                formula=_("k_h × k_w × in_channels × out_channels weights, and out_channels biases.")
            ),
        ),
        "bias-per-input",
    ),
    "errata.write-counterexample": WRITE_COUNTEREXAMPLE,
    "errata.write-same": WRITE_SAME,
    "errata.tell-apart": RoundingDesign(
        20, wrong={"rounds-up": (3, 2, 0), "ceil-no-clamp": (2, 3, 1)}, targets=("rounds-up", "ceil-no-clamp")
    ),
    "errata.momentum": Choice(
        Option(
            "momentum=0.01",
            _(
                "Keras keeps 0.99 of the old mean and takes 0.01 of the new one. PyTorch calls the second of "
                "the two shares momentum."
            ),
        ),
        (
            Option("momentum=0.99", _("In PyTorch, 0.99 would take nearly all from the newest batch.")),
            Option("momentum=0.1", _("That is PyTorch's own default. It forgets ten times as fast.")),
        ),
        words=Words(
            prompt=_(
                "In Keras a batch norm has momentum=0.99. The running mean becomes 0.99 times the old one "
                "plus 0.01 times the mean of the batch. Which momentum does the same in PyTorch?"
            ),
            ask=_(
                "With momentum=0.1 and a batch of tens, PyTorch's running mean went from 0 to 1. Which share "
                "of the batch did it take?"
            ),
        ),
    ),
}
