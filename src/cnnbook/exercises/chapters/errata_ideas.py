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
from cnnbook.networks.shipped import shipped

# What MNIST's 10,000 test pictures decide: mistakes of two networks, and labels known to be wrong.
_MNIST = {"pictures": 10_000, "old": 23, "new": 17, "labels": 15}

_RESNET34 = shipped("resnet34").macs

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
                "Left and right give the same maps, only moved round: a step in the last map is 4 columns, "
                "and 28 columns are 7 whole steps. So each maximum is the same, it answers both alike, and "
                "one of the two answers is right."
            ),
        ),
        (
            Option(
                _("Nearly all answers are right, as with zeros."),
                _(
                    "For that it would have to notice where the picture ends. With circular padding every "
                    "place has the same neighbours, and no end."
                ),
            ),
            Option(
                _("No answer is right."),
                _("To be always wrong it would have to know the side, and say the other."),
            ),
            Option(
                _("Between half and all, depending on the seed."),
                _(
                    "Seeds change the weights. The eight maxima are the same for both sides, and no weights "
                    "can tell them apart."
                ),
                "pool-shift-invariant",
            ),
        ),
        targets=("pool-shift-invariant",),
        words=Words(
            prompt=_(
                "Each test picture is shown twice, once with the piece on the left, once on the right. The "
                "network with circular padding was trained to say the side. How many of its answers are "
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
        wrong={
            "no-input-channels": 64 * 7 * 7,
            "all-kernels": 7 * 7 * 3,
            "biases-too": 64 * 7 * 7 * 3 + 64,
            "example-remembered": [2_700, 64 * 3 * (7 + 7)],  # 2.7K, and the guess of flat kernels
        },
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
                "biases-too": _(
                    "{answer} is the count with a bias for each of the 64 kernels. How many are weights "
                    "alone?"
                ),
                "example-remembered": _(
                    "{answer} fits the 2.7K that the paper prints. One slice of one kernel has 7 x 7 "
                    "weights: how many have all slices of 64 kernels?"
                ),
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
    "errata.mistake-or-convention": Choice(
        Option(
            _(
                "A paper prints 2.7K parameters for a layer of 64 kernels of 7 x 7 x 3, and a count gives "
                "another number."
            ),
            _(
                "{weights} weights are 2.7K in no convention: not with biases or without, and not in "
                "thousands or in units of 1,024."
            ),
        ),
        (
            Option(
                _("A paper prints {macs} billion FLOPs for ResNet-34, and PyTorch counts {flops} billion."),
                _(
                    "The paper takes a multiplication and its addition as one, PyTorch as two. Each can be "
                    "chosen."
                ),
            ),
            Option(
                _("Keras writes momentum=0.99 for a batch norm that is momentum=0.01 in PyTorch."),
                _("One is the share of the old mean, the other the share of the new batch."),
            ),
            Option(
                _(
                    "TensorFlow's SAME can put one zero more behind the rows than before them, and PyTorch's "
                    "padding puts as many."
                ),
                _("Both outputs have the same size. Each library says where its windows begin."),
            ),
        ),
        numbers={
            "weights": f"{64 * 7 * 7 * 3:,}",
            "macs": f"{int(_RESNET34 / 1e8) / 10}",
            "flops": f"{2 * _RESNET34 / 1e9:.2f}",
        },
        words=Words(
            prompt=_(
                "In each of the four, two sources differ. Which one is a mistake, and not a convention?"
            ),
            ask=_(
                "In three of the four both sources are right, each by its own rule. In which can only one be "
                "right?"
            ),
        ),
    ),
    "errata.report": Choice(
        Option(
            _("The place in the text, its claim, and three lines of code that count the weights."),
            _("Whoever reads it runs the three lines, and knows."),
        ),
        (
            Option(
                _("The place in the text, and a picture of the screen with the wrong number marked."),
                _("It shows where the number stands. Nobody can run a picture: what decides the claim?"),
            ),
            Option(
                _("The place in the text, and three books that print another number."),
                _("Three books can copy one mistake. Which of the numbers can the reader decide?"),
            ),
            Option(
                _("Three lines of code that count the weights of another layer than the text."),
                _("They decide something else. Which claim of the text is it about?"),
            ),
        ),
        words=Words(
            prompt=_("A text gives a layer too few weights. Which report can others check most easily?"),
            ask=_("With which of them can somebody who has only the text and a computer decide the claim?"),
        ),
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
                "With momentum=0.1, PyTorch's running mean goes from 0 to 1 after a batch of tens. Which "
                "share of the batch does it take?"
            ),
        ),
    ),
}
