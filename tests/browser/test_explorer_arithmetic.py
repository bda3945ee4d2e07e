"""The explorer's script has the rule of the output size once more; it is held equal to arithmetic's."""

import base64
import json
import random
import shutil
import subprocess

import pytest
import torch
from torch.nn import functional as F

from cnnbook import GeometryError, Window
from cnnbook.widgets import ConvolutionExplorer
from cnnbook.widgets.inputs import INPUTS, size_of
from cnnbook.widgets.kernels import KERNELS
from cnnbook.widgets.layers import KINDS, Layer
from cnnbook.widgets.sliders import LIMITS

NUMBERS = ("kernel_size", "stride", "padding", "dilation")
# A JavaScript function from the script's text and settings to what the script works out for each of them.
WORK_OUT = """async ([script, samples, settings]) => {
    const { layer } = await import("data:text/javascript;base64," + script);
    return settings.map(one => {
        const { problem, output, formula, channels, kernels, value } = layer({ samples, ...one });
        const rows = () => Array.from({ length: output[0] },
            (_, y) => Array.from({ length: output[1] }, (_, x) => value([y, x])));
        return { problem, formula, size: output, channels, kernels, output: problem ? null : rows() };
    });
}"""


def all_settings(count):
    """So many settings from all that the sliders and the choices can make, drawn with a fixed seed."""
    draw = random.Random(1)
    for _ in range(count):
        numbers = {name: draw.randint(*bounds) for name, bounds in LIMITS.items()}
        size = [draw.randint(*LIMITS["size"]), draw.choice([numbers["size"], draw.randint(*LIMITS["size"])])]
        planes = [[[draw.randint(-9, 9) / 2 for _ in range(4)] for _ in range(4)] for _ in range(3)]
        own = [[[draw.randint(-9, 9) for _ in range(6)] for _ in range(5)] for _ in range(3)]
        image = draw.choice(["numbers", "numbers", "digit", own, own[0]])
        yield {
            **numbers,
            "size": list(size_of(image) or size),
            "kind": draw.choice(KINDS),
            "kernel": draw.choice([*KERNELS, planes[0], planes]),
            "input": image,
            "edits": draw.choice([[], [[0, 0, 0, -2.5], [2, 1, 1, 7], [0, 99, 0, 1]]]),
        }


def layer_of(one):
    window = Window(*(one[name] for name in NUMBERS))
    return Layer(
        tuple(one["size"]), window, one["kind"], one["kernel"], one["input"], tuple(map(tuple, one["edits"]))
    )


def by_node(node, arguments):
    """What WORK_OUT returns in Node.js. JSON has no infinity, so it travels as a text."""
    code = f"""
        import {{ readFileSync }} from "node:fs";
        const answers = await ({WORK_OUT})(JSON.parse(readFileSync(0)));
        console.log(JSON.stringify(answers, (_, value) => value === -Infinity ? "-Infinity" : value));
    """
    command = [node, "--input-type=module", "--eval", code]
    done = subprocess.run(command, input=json.dumps(arguments), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def work_out(request):
    """A function that runs the script on settings, in Node.js or else in Chromium; skipped without both."""

    def run(settings):
        state = ConvolutionExplorer().get_state()
        arguments = [base64.b64encode(state["_esm"].encode()).decode("ascii"), state["samples"], settings]
        if node := shutil.which("node"):
            return by_node(node, arguments)
        page = request.getfixturevalue("page")
        page.set_content("<p>")
        return page.evaluate(WORK_OUT, arguments)

    return run


def test_the_script_counts_as_python_does(work_out):
    """Over 600 settings: the same problem in the same words, size, formula, image, kernel and output."""
    settings = list(all_settings(600))
    fit = 0
    for one, answer in zip(settings, work_out(settings), strict=True):
        layer = layer_of(one)
        assert (answer["problem"], answer["channels"]) == (layer.problem, layer.channels), one
        assert " and ".join(answer["formula"]) == layer.formula, one
        if not layer.problem:
            fit += 1
            assert answer["kernels"] == layer.kernels, one
            assert tuple(answer["size"]) == layer.window.output_size(one["size"]), one
            found = [[float(number) for number in row] for row in answer["output"]]
            assert found == [pytest.approx(row) for row in layer.output], one
    assert 50 < fit < 550


@pytest.mark.parametrize("image", INPUTS[2:])
def test_the_script_computes_a_photograph_as_pytorch_does(work_out, image):
    """The photograph arrives as it is; with each kernel that it can have all numbers are torch's."""
    size = list(size_of(image))
    kernels = KERNELS if image.startswith("colour") else KERNELS[:-2]
    numbers = {
        "size": size,
        "kernel_size": 3,
        "stride": 2,
        "padding": 1,
        "dilation": 2,
        "kind": "convolution",
    }
    settings = [{**numbers, "kernel": kernel, "input": image, "edits": []} for kernel in kernels]
    for one, answer in zip(settings, work_out(settings), strict=True):
        layer = layer_of(one)
        assert answer["channels"] == layer.channels
        pixels, weights = (
            torch.tensor(rows, dtype=torch.float64)[None] for rows in (layer.channels, layer.kernels)
        )
        wanted = F.conv2d(pixels, weights, stride=2, padding=1, dilation=2)[0, 0]
        assert torch.allclose(torch.tensor(answer["output"], dtype=torch.float64), wanted), one["kernel"]


def test_the_script_refuses_what_arithmetic_refuses(work_out):
    """For a max pool of every setting, sizes and refusals are those of Window, the advice is Layer's."""
    numbers = [range(least, most + 1) for least, most in LIMITS.values()]
    settings = [
        dict(zip(LIMITS, (([size, size]), k, s, p, d), strict=True))
        | {"kind": "max", "kernel": "ones", "input": "numbers", "edits": []}
        for size in numbers[0]
        for k in numbers[1]
        for s in numbers[2]
        for p in numbers[3]
        for d in numbers[4]
    ]
    wrong = []
    for one, answer in zip(settings, work_out(settings), strict=True):
        size, *window = (one[name] for name in LIMITS)
        try:
            expected, problem = list(Window.pool(*window).output_size(size)), ""
        except GeometryError as error:
            expected, problem = None, str(error).partition("; ")[0]
        given = None if answer["problem"] else answer["size"]
        refused = answer["problem"].partition("; ")[0]
        wrong += [one] * (
            (given, refused) != (expected, problem) or answer["problem"] != layer_of(one).problem
        )
    assert wrong == []
