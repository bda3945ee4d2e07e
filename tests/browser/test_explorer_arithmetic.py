"""The explorer's script has the rule of the output size once more; it is held equal to arithmetic's."""

import base64
import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from cnnbook import GeometryError, Window
from cnnbook.widgets.layers import KERNELS, KINDS, LIMITS, Layer

SCRIPT = Path(__file__).parents[2] / "src" / "cnnbook" / "widgets" / "explorer.js"
# A JavaScript function from the script's text and settings to what the script works out for each of them.
WORK_OUT = """async ([script, settings]) => {
    const { layer } = await import("data:text/javascript;base64," + script);
    const grid = (rows, columns, at) =>
        Array.from({ length: rows }, (_, y) => Array.from({ length: columns }, (_, x) => at(y, x)));
    return settings.map(one => {
        const { problem, output, formula, pixel, weight, value } = layer(one), k = one.kernel_size;
        return { problem, formula, size: output, image: grid(...one.size, pixel), weights: grid(k, k, weight),
            output: problem ? null : grid(...output, (y, x) => value([y, x])) };
    });
}"""


def all_settings(count):
    """So many settings from all that the sliders can make, drawn with a fixed seed."""
    draw = random.Random(1)
    for _ in range(count):
        numbers = {name: draw.randint(*bounds) for name, bounds in LIMITS.items()}
        size = [draw.randint(*LIMITS["size"]), draw.choice([numbers["size"], draw.randint(*LIMITS["size"])])]
        yield {**numbers, "size": size, "kind": draw.choice(KINDS), "kernel": draw.choice(KERNELS)}


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
        script = base64.b64encode(SCRIPT.read_bytes()).decode("ascii")
        if node := shutil.which("node"):
            return by_node(node, [script, settings])
        page = request.getfixturevalue("page")
        page.set_content("<p>")
        return page.evaluate(WORK_OUT, [script, settings])

    return run


def test_the_script_counts_as_python_does(work_out):
    """Over 600 settings: the same problem in the same words, size, formula, image, kernel and output."""
    settings = list(all_settings(600))
    fit = 0
    for one, answer in zip(settings, work_out(settings), strict=True):
        window = Window(*(one[name] for name in ("kernel_size", "stride", "padding", "dilation")))
        layer = Layer(tuple(one["size"]), window, one["kind"], one["kernel"])
        assert (answer["problem"], answer["image"]) == (layer.problem, layer.image), one
        assert " and ".join(answer["formula"]) == layer.formula, one
        assert answer["weights"] == (layer.weights or answer["weights"]), one
        if not layer.problem:
            fit += 1
            assert tuple(answer["size"]) == window.output_size(one["size"]), one
            found = [[float(number) for number in row] for row in answer["output"]]
            assert found == [pytest.approx(row) for row in layer.output], one
    assert 50 < fit < 550


def test_the_script_refuses_what_arithmetic_refuses(work_out):
    """For a max pool of every setting that the sliders can make, sizes and refusals are those of Window."""
    numbers = [range(least, most + 1) for least, most in LIMITS.values()]
    settings = [
        dict(zip(LIMITS, (([size, size]), k, s, p, d), strict=True)) | {"kind": "max", "kernel": "ones"}
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
            expected, problem = None, str(error)
        given = None if answer["problem"] else answer["size"]
        wrong += [one] * ((given, answer["problem"]) != (expected, problem))
    assert wrong == []
