"""Find the slip: in each worked solution exactly one line is false, by arithmetic that is done here anew."""

import re
from collections import Counter
from math import ceil, floor, prod

import pytest

from cnnbook import practice
from cnnbook.arithmetic import Window, output_size
from cnnbook.exercises.chapters import find
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.concatenation import Concatenation
from cnnbook.exercises.kinds.flattening import FlattenFeatures
from cnnbook.exercises.kinds.linear_features import LinearFeatures
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.parameters import ConvParameters, DenseParameters
from cnnbook.exercises.kinds.receptive_fields import ReceptiveFieldSize
from cnnbook.exercises.kinds.slip_finding import FindTheSlip
from cnnbook.exercises.kinds.variants import draw
from cnnbook.exercises.kinds.windows import WindowQuestion
from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.exercises.workings.catalogue import working_of

CLASS = [draw(KINDS["find-the-slip"], f"learner {number}", 0) for number in range(300)]


def stated(line):
    """Return the label of a line and the numbers that it comes to, as they are written."""
    label, _, rest = line.partition(": ")
    parts = [part.rpartition("= ")[2] for part in rest.split(" and ")]
    plain = [re.sub(r"(?<=\d),(?=\d{3})", "", part) for part in parts]
    numbers = tuple(int(number) for part in plain for number in re.findall(r"\d+", part))
    return label, numbers * 2 if rest.endswith(" on each axis") else numbers


def window_lines(numbers, seen):
    """Return what each line about a window should come to, from the lines above it as they are written."""
    padded = seen.get("Size with the padding", numbers["size"])
    span = seen.get("Pixels that the kernel spans", numbers["kernel_size"])
    moves, places = (
        seen.get("Steps after the first window", ()),
        seen.get("Windows, the first one included", ()),
    )
    axes = range(len(numbers["size"]))
    whole = ceil if numbers["ceil_mode"] else floor
    return {
        "Size with the padding": lambda: [numbers["size"][i] + 2 * numbers["padding"][i] for i in axes],
        "Pixels that the kernel spans": lambda: [
            numbers["dilation"][i] * (numbers["kernel_size"][i] - 1) + 1 for i in axes
        ],
        "Steps after the first window": lambda: [
            whole((padded[i] - span[i]) / numbers["stride"][i]) for i in axes
        ],
        "Windows, the first one included": lambda: [move + 1 for move in moves],
        "(channels, height, width)": lambda: [numbers["out_channels"], *places],
    }


def conv_lines(numbers, seen):
    """The same for the parameters of a convolution."""
    one = seen.get("Channels that a kernel reads", (numbers["in_channels"],))
    values = [*seen.values()]
    return {
        "Channels that a kernel reads": lambda: [numbers["in_channels"] // numbers["groups"]],
        "Weights of one kernel": lambda: [prod(numbers["kernel_size"]) * one[0]],
        "Weights of all kernels": lambda: [seen["Weights of one kernel"][0] * numbers["out_channels"]],
        "Biases": lambda: [numbers["out_channels"]],
        "Parameters": lambda: [sum(value for (value,) in values[-2 if numbers["bias"] else -1 :])],
    }


def dense_lines(numbers, seen):
    """The same for dense layers."""
    sizes = numbers["features"]
    weights = seen.get("Weights altogether") or seen.get("Weights of the first layer")
    return {
        "Weights of the first layer": lambda: [sizes[0] * sizes[1]],
        "Weights of the second layer": lambda: [sizes[1] * sizes[2]],
        "Weights altogether": lambda: [sum(value for (value,) in seen.values())],
        "Biases": lambda: [sum(sizes[1:])],
        "Parameters": lambda: [weights[0] + seen["Biases"][0]],
    }


def macs_lines(numbers, seen):
    """The same for multiply-accumulates."""
    window = [numbers[name] for name in ("kernel_size", "stride", "padding")]
    sides = zip(numbers["size"], *window, strict=True)
    values = [value for (value,) in seen.values()]
    return {
        "Places at which a kernel stands": lambda: [prod((n + 2 * p - k) // s + 1 for n, k, s, p in sides)],
        "Multiplications of one kernel at one place": lambda: [
            prod(numbers["kernel_size"]) * numbers["in_channels"] // numbers["groups"]
        ],
        "MACs of one kernel": lambda: [values[0] * values[1]],
        "MACs of the layer": lambda: [values[2] * numbers["out_channels"]],
    }


def concatenation_lines(numbers, seen):
    """The same for concatenated branches."""
    return {
        "Channels": lambda: [sum(numbers["channels"])],
        "Height": lambda: [numbers["size"][0]],
        "Width": lambda: [numbers["size"][1]],
        "(channels, height, width)": lambda: [value for (value,) in seen.values()],
    }


def layer_lines(numbers, seen):
    """The same for shapes, layer by layer: each layer is read from its own text."""
    before = [*seen.values()][-1] if seen else numbers["input_shape"]
    lines = {"in_features": lambda: [prod(before)]}
    for number, text in enumerate(re.findall(r"\w+\(.*?\)(?=, [A-Z]|$)", numbers["layers"]), 1):
        k, p = (
            int(one[1]) if (one := re.search(rf"{name}=(\d+)", text)) else 0
            for name in ("kernel_size", "padding")
        )
        pool, outs = text.startswith("Max"), re.search(r"\((?:\d+, (\d+))?", text)[1]
        lines[f"After layer {number}, {text}"] = lambda k=k, p=p, pool=pool, outs=outs: [
            before[0] if pool else int(outs),
            *(output_size(side, k, stride=k if pool else 1, padding=p) for side in before[1:]),
        ]
    return lines


def field_lines(numbers, seen):
    """The same for receptive fields: each layer adds (k - 1) times the strides before it."""
    before = [*seen.values()][-1][0] if seen else 1
    lines = {}
    for number, (k, s) in enumerate(numbers["layers"], 1):
        strides = prod(stride for _k, stride in numbers["layers"][: number - 1])
        name = f"Receptive field after layer {number}, kernel {k} with stride {s}"
        lines[name] = lambda k=k, strides=strides: [before + (k - 1) * strides]
    return lines


ORACLES = {
    WindowQuestion: window_lines,
    ConvParameters: conv_lines,
    DenseParameters: dense_lines,
    ConvMacs: macs_lines,
    Concatenation: concatenation_lines,
    LinearFeatures: layer_lines,
    ReceptiveFieldSize: field_lines,
}


def false_lines(question, lines):
    """Return the places of the lines that do not follow from the question and the lines above them."""
    found, seen = [], {}
    for place, line in enumerate(lines, 1):
        label, numbers = stated(line)
        right = ORACLES[type(question)](question.parameters, seen)[label]()
        found += [place] if tuple(right) != numbers else []
        seen[label] = numbers
    return found


def test_exactly_one_line_is_false_and_it_is_the_key():
    """For each learner of a class, and each kind of question that is solved in lines."""
    for question in CLASS:
        assert false_lines(question.solved, question.form.options) == [*question.key], question.prompt
        assert 3 <= len(question.form.options) <= 5
    assert {type(question.solved) for question in CLASS} == set(ORACLES)


def test_the_right_lines_are_true_and_end_in_the_key():
    """Without a misconception no line is false, and the last one is the answer of the question."""
    for question in CLASS:
        lines = [line.text for line in question.working.lines()]
        assert false_lines(question.solved, lines) == []
        assert stated(lines[-1])[1] == question.solved.key


def test_a_false_line_would_be_seen():
    """The tests above can fail: one more in any line is seen, and so is a line that does not follow."""
    question = find("size.find-the-slip").solved
    lines = [line.text for line in working_of(question).lines()]
    for place, line in enumerate(lines, 1):
        wrong = re.sub(r"\d+(?=\D*$)", lambda last: str(int(last[0]) + 1), line)
        assert place in false_lines(question, [*lines[: place - 1], wrong, *lines[place:]])


def test_the_line_ends_in_the_answer_of_the_misconception():
    """Where the question itself has this wrong answer, the solution with the slip comes to it."""
    compared = Counter()
    for question in CLASS:
        answers = [slip.answer for slip in question.solved.slips() if slip.ids == (question.misconception,)]
        last = stated(question.form.options[-1])[1]
        compared[last in answers] += bool(answers)
        single = isinstance(question.solved, LinearFeatures | ReceptiveFieldSize)  # one layer of several
        assert last in answers or single or not answers, question.prompt
    assert compared[True] > 200


def test_each_learner_has_a_variant():
    """300 learners get at least 200 different solutions, with the line at any of the places."""
    assert len({repr(question.parameters) for question in CLASS}) >= 200
    assert {question.key for question in CLASS} == {(place,) for place in range(1, 6)}
    assert {question.misconception for question in CLASS} <= MISCONCEPTIONS.keys()


def test_each_line_has_its_reply():
    """A line above is right, one below follows, and the line itself is told with its correction."""
    question = find("size.find-the-slip")
    replies = [judge(question, letter) for letter in "abcd"]
    assert [reply.outcome for reply in replies] == ["incorrect", "incorrect", "correct", "incorrect"]
    assert replies[0].message.startswith("a) This line is right. PyTorch adds the padding")
    assert replies[3].message.startswith("d) This line follows from the question and the lines above it.")
    assert replies[2].message.endswith(
        "it should read: 13 + 1 = 14 and 20 + 1 = 21. The last line then reads: "
        "(channels, height, width): (8, 14, 21)."
    )
    assert {reply.candidates for reply in replies} == {()}


def test_who_finds_the_line_is_told_the_right_answer():
    """The corrected solution ends in it: the correction itself does, or the last line is told besides."""
    for question in CLASS:
        said = judge(question, question.key).message
        end = question.working.lines()[-1].text
        at_the_end = question.key == (len(question.form.options),)
        assert said.endswith(f"{end.partition(': ')[2] if at_the_end else end}."), said
    assert judge(find("vgg16.find-the-slip"), "c").message.endswith("8 + (2 - 1)×1×2×1 = 10.")


def test_a_calculation_that_is_equal_on_both_axes_is_written_once():
    """AlexNet's picture is a square, so its lines have one calculation, and its shape both sides."""
    lines = find("alexnet.find-the-slip").form.options
    assert lines[1].endswith(": 54 + 1 = 55 on each axis")
    assert lines[2].endswith(": (96, 55, 55)")
    for question in CLASS:
        for line in question.form.options:
            parts = line.partition(": ")[2].split(" and ")
            assert len(parts) == len(set(parts)), line


@pytest.mark.parametrize("padding", [0, 2])
def test_what_has_no_line_to_find_is_refused(padding):
    """A question without a worked solution, or a misconception that changes no line of it."""
    with pytest.raises(ValueError, match="FlattenFeatures has no worked solution"):
        FindTheSlip(FlattenFeatures((4, 5, 6), 8), "no-padding")
    window = WindowQuestion((20,), Window((5,), padding=padding))
    with pytest.raises(ValueError, match=r"no-stride changes no line of this solution; .*'no-plus-one'"):
        FindTheSlip(window, "no-stride")


@pytest.mark.parametrize("learner", ["ada", "ben", "cleo", "dana"])
def test_the_reply_speaks_of_the_line(learner):
    """The right line is confirmed with its reason; the hints give the rule of the question that is solved."""
    asked = practice("find-the-slip", learner=learner)
    assert isinstance(asked.question, FindTheSlip)
    assert "This is the line." in asked.check(asked.question.key).message
    again = practice("find-the-slip", learner=learner)
    again.hint()
    assert again.hint() == asked.question.solved.say(asked.question.solved.wording.formula)


def test_a_number_in_place_of_a_letter_is_no_try():
    """Who types what should stand in the wrong line is asked for its letter."""
    said = judge(find("lenet5.find-the-slip"), 84)
    assert said.outcome == "unreadable"
    assert said.message.startswith("The letter of the wrong line is wanted")
    assert "84" in said.message


def test_a_line_that_needs_no_line_above_it_is_said_to_follow_from_the_question():
    """The weights of a kernel do not follow from the output's size, which is the wrong line."""
    question = find("resnet.slip-macs")
    assert question.key == (1,)
    message = judge(question, "b").message
    assert message.startswith("b) This line follows from the question and the lines above it.")
