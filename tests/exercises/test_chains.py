"""Questions about small networks: the first Linear, edits and torch's own messages, each built and run."""

import pytest
import torch
from torch import nn

from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.edits import EditedChain, EditedParameters
from cnnbook.exercises.kinds.variants import draw


def built(chain, *more):
    """Return the chain as torch's own layers, without a number in them."""
    channels, layers = chain.input_shape[0], []
    for window, outs in chain.layers:
        settings = {name: getattr(window, name) for name in ("kernel_size", "stride", "padding", "dilation")}
        layers.append(
            nn.Conv2d(channels, outs, **settings, device="meta") if outs else nn.MaxPool2d(**settings)
        )
        channels = outs or channels
    return nn.Sequential(*layers, *more)


def image(chain):
    return torch.empty(1, *chain.input_shape, device="meta")


def test_a_linear_with_the_key_reads_what_torch_flattens():
    """With the key as in_features the network runs; with one more it stops."""
    for attempt in range(12):
        question = draw(KINDS["linear-in-features"], "torch", attempt)
        (features,) = question.key
        assert question.parameters["input_shape"] == question.chain.input_shape
        linear = nn.Linear(features, 7, device="meta")
        assert built(question.chain, nn.Flatten(), linear)(image(question.chain)).shape == (1, 7)
        wrong = nn.Linear(features + 1, 7, device="meta")
        with pytest.raises(RuntimeError, match="must have same reduction dim"):
            built(question.chain, nn.Flatten(), wrong)(image(question.chain))


def test_an_edited_network_gives_what_torch_gives():
    """Before and after the edit, torch's layers make the shapes that the question says."""
    seen = set()
    for attempt in range(40):
        question = draw(KINDS["edited-network"], "torch", attempt)
        if isinstance(question, EditedChain):
            seen.add(question.edit)
            before, after = question.before, question.after
            assert built(before)(image(before)).shape[1:] == before.output_shape
            assert str(before.output_shape) in question.prompt
            assert built(after)(image(after)).shape[1:] == question.key
    assert seen == {"replaced", "pool-added", "pool-removed"}


def test_edited_parameters_are_torchs():
    """Wider or narrower maps before a convolution: torch's layer has as many parameters as the key says."""
    drawn = [draw(KINDS["edited-network"], "torch", attempt) for attempt in range(40)]
    counted = [question for question in drawn if isinstance(question, EditedParameters)]
    assert counted
    for question in counted:
        layer = nn.Conv2d(*question.channels, question.kernel_size, device="meta")
        assert question.key == (sum(weights.numel() for weights in layer.parameters()),)
        said = judge(question, nn.Conv2d(question.before, question.channels[1], 3).weight.numel())
        assert said.outcome == "incorrect"


def numbers_of(text):
    return [int(number) for number in text.replace("x", ",").strip("()[]").split(",")]


def test_a_decoded_error_is_torchs_own():
    """Each kind of broken network, built and run, stops with the quoted message; with the key it runs."""
    kinds = set()
    for attempt in range(24):
        question = draw(KINDS["decode-error"], "torch", attempt)
        numbers, (key,) = question.parameters, question.key
        broken = next(build for name, build in BROKEN.items() if name in numbers)
        kinds.add(broken)
        with pytest.raises(RuntimeError) as caught:
            broken(numbers)()
        assert str(caught.value).removeprefix("addmm: ") == numbers["message"]
        assert numbers["message"] in question.prompt
        broken(numbers, key)()
    assert kinds == set(BROKEN.values())


def broken_linear(numbers, repaired=None):
    """Return the pass that stops at a Linear, or that of the repaired network."""
    (batch, features), (ins, outs) = map(numbers_of, numbers["tables"].split(" and "))
    return lambda: nn.Linear(repaired or ins, outs)(torch.zeros(batch, features))


def broken_convolution(numbers, repaired=None):
    """Return the pass that stops at a convolution, or that of the repaired network."""
    outs, ins, kernel_size, _ = numbers_of(numbers["weight"].replace(" ", ""))
    data = torch.zeros(*numbers_of(numbers["input"].replace(" ", "")))
    return lambda: nn.Conv2d(repaired or ins, outs, kernel_size)(data)


def broken_addition(numbers, repaired=None):
    """Return the pass that stops at a sum, or that of the repaired network."""
    main, x = torch.zeros(1, 2, 5, numbers["main"]), torch.zeros(1, 2, 5, numbers["shortcut"])
    # The height is as the shortcut makes it: the message is about the width.
    stride = (1, repaired or 1)
    return lambda: main + nn.Conv2d(2, 2, 1, stride=stride)(x)


# By a number that only this kind of message has.
BROKEN = {"tables": broken_linear, "weight": broken_convolution, "shortcut": broken_addition}
