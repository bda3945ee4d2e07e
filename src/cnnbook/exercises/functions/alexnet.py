"""Write a dropout whose choice is given, and the parameters of a convolution in groups."""

from __future__ import annotations

from cnnbook.arithmetic import conv_parameters
from cnnbook.exercises.functions.loops import Maps, numbers
from cnnbook.exercises.functions.questions import FunctionQuestion, MapsQuestion, Probe
from cnnbook.exercises.functions.sizes import probes
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _


def _times(maps: Maps, kept: Maps, factor: float) -> Maps:
    return [
        [
            [number * keep * factor for number, keep in zip(*rows, strict=True)]
            for rows in zip(*both, strict=True)
        ]
        for both in zip(maps, kept, strict=True)
    ]


def _dropout(maps: Maps, kept: Maps, p: float, training: bool) -> Maps:
    return _times(maps, kept, 1 / (1 - p)) if training else maps


def _dropped_always(maps: Maps, kept: Maps, p: float, training: bool) -> Maps:
    return _times(maps, kept, 1 / (1 - p))


def _unscaled(maps: Maps, kept: Maps, p: float, training: bool) -> Maps:
    return _times(maps, kept, 1) if training else maps


def _divided_by_p(maps: Maps, kept: Maps, p: float, training: bool) -> Maps:
    return _times(maps, kept, 1 / p) if training else maps


def _doubled(maps: Maps, kept: Maps, p: float, training: bool) -> Maps:
    return _times(maps, kept, 2) if training else maps


def _scaled_in_use(maps: Maps, kept: Maps, p: float, training: bool) -> Maps:
    return [
        [[number * (1 if training else 1 - p) for number in row] for row in one]
        for one in _unscaled(maps, kept, p, training)
    ]


def _kept(shape: tuple[int, int, int], start: int) -> object:
    """Return zeros and ones in no order that shows."""

    def zero_or_one(value: object) -> object:
        return (
            [zero_or_one(part) for part in value] if isinstance(value, list) else float(int(str(value)) % 2)
        )

    return zero_or_one(numbers(*shape, start=start))


def _probe(shape: tuple[int, int, int], p: float, training: bool, start: int = 1) -> Probe:
    values = {"shape": shape, "p": p, "training": training}
    return Probe((numbers(*shape, start=start), _kept(shape, start + 1), p, training), values)


WRITE_DROPOUT = MapsQuestion(
    "my_dropout(maps, kept, p, training)",
    _dropout,
    (
        _probe((1, 2, 3), 0.5, True),
        _probe((1, 2, 3), 0.75, True, start=2),
        _probe((2, 3, 4), 0.2, True),
        _probe((2, 3, 4), 0.5, False, start=3),
        _probe((1, 3, 2), 0.75, False),
    ),
    _("maps of {shape}, p={p}, training={training}"),
    wrong={
        "dropout-unscaled": _unscaled,
        "dropout-by-p": _divided_by_p,
        "right-for-one-setting": _doubled,
        "dropout-in-use": _dropped_always,
        "dropout-scaled-in-use": _scaled_in_use,
    },
    solution=_("After training nothing changes:\n    return maps * kept / (1 - p) if training else maps"),
    words=Words(
        prompt=_(
            "Write the function {signature}: dropout, where chance has chosen already. maps has the shape "
            "(channels, height, width). kept has the same shape, with a 1 where a number is kept and a 0 "
            "where it is dropped, with probability p. It returns what nn.Dropout(p) makes of maps with this "
            "choice, in training if training is True, and afterwards if it is False. The mean over many "
            "choices must be what it was. It leaves maps as it was: maps * ... does that, maps *= ... does "
            "not."
        ),
        ask=_(
            "Which share of the numbers is kept on average, and by which factor must they grow to make up "
            "for the others? What does dropout do after training?"
        ),
        formula=_("In training a number x becomes 0 or x/(1 - p); afterwards it stays x."),
        hints={
            "dropout-unscaled": _(
                "Your function leaves the numbers that are kept as they are. If half of all numbers are "
                "dropped, what does the sum lose on average, and what makes up for it?"
            ),
            "dropout-by-p": _(
                "Your function divides by p, the share that is dropped. Which share is kept, and so by what "
                "is a number divided?"
            ),
            "right-for-one-setting": _(
                "Your function doubles what is kept, which is right for p = 0.5 only. Which share is kept "
                "for another p?"
            ),
            "dropout-in-use": _(
                "Your function drops numbers after training, too. What should a trained network say when it "
                "sees the same photograph twice?"
            ),
            "dropout-scaled-in-use": _(
                "Your function does as the paper of 2012 did: it makes all numbers smaller afterwards. Where "
                "does PyTorch change the size of the numbers, in training or afterwards?"
            ),
        },
    ),
)


def _grouped(ins: int, outs: int, k: int, groups: int) -> int:
    return conv_parameters(ins, outs, k, groups=groups)


WRITE_GROUPED_PARAMETERS = FunctionQuestion(
    "my_grouped_parameters(in_channels, out_channels, k, groups)",
    _grouped,
    probes(
        "ins outs k groups",
        (4, 6, 3, 1),
        (4, 6, 3, 2),
        (6, 4, 5, 2),
        (6, 9, 1, 3),
        (8, 8, 3, 8),
        (96, 256, 5, 2),
    ),
    _("in_channels={ins}, out_channels={outs}, k={k}, groups={groups}"),
    wrong={
        "groups-ignored": lambda ins, outs, k, groups: conv_parameters(ins, outs, k),
        "groups-twice": lambda ins, outs, k, groups: k * k * (ins // groups) * (outs // groups) + outs,
        "groups-halve-biases": lambda ins, outs, k, groups: conv_parameters(ins, outs, k) // groups,
        "no-bias": lambda ins, outs, k, groups: k * k * (ins // groups) * outs,
        "right-for-one-setting": lambda ins, outs, k, groups: k * k * (ins // 2) * outs + outs,
        "no-input-channels": lambda ins, outs, k, groups: k * k * outs + outs,
    },
    solution=_(
        "A kernel reads the channels of one group:\n"
        "    return k*k*(in_channels // groups)*out_channels + out_channels"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. It returns the number of parameters of a convolution with "
            "biases whose kernels have k rows and k columns, and whose channels are split into groups."
        ),
        ask=_(
            "How many channels does one kernel read, how many kernels are there in all groups together, and "
            "how many biases?"
        ),
        formula=_("k × k × (in_channels/groups) × out_channels weights, and a bias for each map."),
        hints={
            "groups-ignored": _(
                "Your function does not use groups. How many of the channels does one kernel read?"
            ),
            "groups-twice": _(
                "Your function counts the kernels of one group only. How many groups are there, each with "
                "kernels of its own?"
            ),
            "groups-halve-biases": _(
                "Your function divides the biases by groups as well. To what is a bias added, and does the "
                "number of these change?"
            ),
            "no-bias": _("Your function counts the weights only. How many maps come out, each with a bias?"),
            "right-for-one-setting": _(
                "Your function is right for two groups only. How many channels does a kernel read if there "
                "are more, or one?"
            ),
            "no-input-channels": _(
                "Your function counts flat kernels. How many channels does each kernel read?"
            ),
        },
    ),
)
