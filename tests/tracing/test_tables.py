"""The table of a trace: what folds, what a folded line says, how wide the text is, columns on request."""

from __future__ import annotations

import csv
import io
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from networks_of_all_kinds import KINDS, From
from torch import Tensor, nn

from cnnbook import networks, trace
from cnnbook.networks.shipped import shipped
from cnnbook.traces import Row, Trace
from cnnbook.traces.row import itemsize
from cnnbook.traces.tables import cells
from cnnbook.traces.tables.lines import Line, blocks, lines
from cnnbook.traces.tables.text import reader_width
from cnnbook.traces.tables.wrapping import wrapped

ON_REQUEST = ("trainable", "frozen", "memory")
OTHERS = ("densenet121", "mobilenet_v3_large", "shufflenet_v2_x0_5", "swin_t")


class Block(nn.Module):
    """A residual block whose additions and activations are functional."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(8, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.conv2(F.relu(self.conv1(x))))


class Net(nn.Module):
    """Functional operations in the network itself and in its blocks; a frozen stem; a block used twice."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, (3, 5), stride=(2, 1), padding=(1, 2)).requires_grad_(False)
        self.blocks = nn.Sequential(Block(), Block())
        self.head = nn.Linear(8 * 4 * 4, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks[0](self.blocks(F.relu(self.stem(x))))
        return self.head(F.adaptive_avg_pool2d(x, 4).flatten(1))


@pytest.fixture(scope="module")
def net() -> Trace:
    return trace(Net().eval(), (1, 3, 20, 24))


def of_catalogue(name: str) -> Trace:
    if name in networks.COURSE:
        return shipped(name)
    return trace(networks.build(name, device="meta"), networks.info(name).input_shape)


def of_kind(name: str) -> Trace:
    """A small network, of which every other parameter is frozen."""
    model, inputs = KINDS[name]()
    for i, parameter in enumerate(model.parameters()):
        parameter.requires_grad_(parameter.requires_grad and i % 2 == 0)
    return trace(model, *inputs)


def folded(shown: Trace, depth: int | None) -> list[tuple[str, str]]:
    """Layer and operation of each line."""
    return [cells.of_line(line, cells.columns())[1:3] for line in lines(shown, depth)]  # type: ignore[misc]


@pytest.mark.parametrize("name", [*networks.COURSE, *OTHERS, *KINDS])
def test_every_column_adds_up_at_every_depth(name: str) -> None:
    """Folded or not, each row is on one line, and the cells of a column add up to the trace's total."""
    shown = of_kind(name) if name in KINDS else of_catalogue(name)
    deepest = max((row.path.count(".") for row in shown), default=0) + 1
    wanted = [sum(getattr(row, name) for row in shown) for name in ("parameters", "macs", *ON_REQUEST)]
    assert wanted[:2] == [shown.used_parameters, shown.macs]
    assert wanted[2] + wanted[3] == wanted[0]
    assert shown.parameters == wanted[0] + shown.unused_parameters
    chosen = cells.columns(ON_REQUEST)
    numbers = [i for i, column in enumerate(chosen) if column.unit]
    for some in (*(lines(shown, depth) for depth in (None, *range(deepest + 2))), blocks(shown)):
        assert [row for line in some for row in line.rows] == list(shown)
        table = [cells.of_line(line, chosen) for line in some]
        assert [sum(int(line[i].replace(",", "") or 0) for line in table) for i in numbers] == wanted
    assert len(lines(shown, 0)) == min(1, len(shown))
    assert lines(shown, deepest + 1) == lines(shown, None)


def test_an_invariant_that_is_broken_is_seen(net: Trace) -> None:
    """The test above can fail: a line that is lost, and a parameter that counts twice, change a sum."""
    some = lines(net, 1)
    assert [row for line in some[1:] for row in line.rows] != list(net)
    shared = [line for line in lines(net, None) if line.path == "blocks.0.conv1"]
    assert [cells.total(line.rows, "parameters") for line in shared] == [584, 0]


def test_functional_rows_of_the_network_stay_open() -> None:
    """LeNet-5 calls relu, max_pool2d and flatten itself: from depth 1 on they are lines of their own."""
    lenet5 = shipped("lenet5")
    assert folded(lenet5, 0) == [("-", "LeNet5: 12 rows")]
    for depth in (1, 2, 3):
        assert folded(lenet5, depth) == [(row.path or "-", row.op) for row in lenet5]


def test_functional_rows_of_a_block_are_at_the_level_of_its_layers(net: Trace) -> None:
    """At depth 2 the blocks are folded; at depth 3 they are open, the additions and activations too."""
    ends = [("-", "adaptive_avg_pool2d"), ("-", "flatten"), ("head", "linear")]
    starts = [("stem", "conv2d"), ("-", "relu")]
    assert folded(net, 1) == [*starts, ("blocks", "Sequential: 15 rows"), *ends]
    used = [(f"blocks.{i}", "Block: 5 rows") for i in (0, 1, 0)]
    assert folded(net, 2) == [*starts, *used, *ends]
    assert folded(net, 3) == folded(net, None) == [(row.path or "-", row.op) for row in net]


def test_the_depth_of_a_block_counts_from_the_block(net: Trace) -> None:
    """In the trace of a block, depth 1 folds the modules directly in it, as in its graph."""
    block = net["blocks"]
    assert folded(block, 0) == [("blocks", "Sequential: 15 rows")]
    assert folded(block, 1) == [(f"blocks.{i}", "Block: 5 rows") for i in (0, 1, 0)]


def test_the_body_of_a_module_without_layers_is_open_below_it() -> None:
    """A module of one's own that only computes is one line at its level, and open at the next."""
    published = shipped("lenet5_1998")
    assert ("squash", "ScaledTanh: 3 rows") in folded(published, 1)
    assert folded(published, 2)[1:4] == [("squash", "mul"), ("squash", "tanh"), ("squash", "mul")]


def test_html_folds_blocks_and_no_functional_rows() -> None:
    """DenseNet ends in three functional rows of the network's own: they are open, and no block."""
    shown = of_catalogue("densenet121")
    ends = [line.rows[0].op for line in blocks(shown)[-4:]]
    assert ends == ["relu", "adaptive_avg_pool2d", "flatten", "linear"]
    html = shown.to_html()
    assert "DenseNet: " not in html
    total = sum(row.macs for row in shown["features.denseblock1"])
    assert f"<span>{total:,}<i> MACs</i></span>" in html


def test_html_is_right_without_its_style_sheet() -> None:
    """Where style sheets and classes are removed, each table has its header, and no shape can be cut."""
    html = re.sub(r"<style>.*</style>| class=\"[^\"]*\"", "", shipped("resnet18").to_html(), flags=re.DOTALL)
    tables = re.findall(r"<table>.*?</table>", html)
    assert len(tables) == html.count("<details>") + 2
    headers = {tuple(re.findall(r"<th[^>]*>([^<]+)", table)) for table in tables}
    assert headers == {tuple(column.header for column in cells.columns())}
    assert "<td>(1,\N{NO-BREAK SPACE}512)</td>" in html
    assert not re.search(r"\(\d+, ", html)


def line_of(shown: Trace, path: str, depth: int) -> Line:
    (found,) = [line for line in lines(shown, depth) if line.path == path]
    return found


def test_a_folded_line_says_what_enters_and_leaves() -> None:
    """Shapes are those of the tensors that cross the module's border, whichever rows read or make them."""
    block = line_of(shipped("resnet18"), "layer2.0", 2)
    assert (block.input_shapes, block.output_shapes) == (((1, 64, 56, 56),), ((1, 128, 28, 28),))
    assert cells.of_line(block, cells.columns())[-1] == "from (1, 64, 56, 56)"

    class Two(nn.Module):
        def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
            low, high = x.chunk(2, 1)
            return F.relu(low), torch.sigmoid(high + y)

    def forward(s: Any, x: Tensor, y: Tensor) -> Tensor:
        a, b = s.two(x, y)
        return a.sum() + b.sum()

    shown = trace(From(forward, two=Two()), (2, 6, 5, 4), (2, 3, 1, 1))
    both = line_of(shown, "two", 1)
    assert both.input_shapes == ((2, 6, 5, 4), (2, 3, 1, 1))
    assert both.output_shapes == ((2, 3, 5, 4), (2, 3, 5, 4))


GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("wide", {}),
        ("140", {"width": 140, "columns": ("memory",)}),
        ("100", {"width": 100, "depth": 2}),
        ("60", {"width": 60, "depth": 2, "columns": ON_REQUEST}),
    ],
)
def test_the_text_table_at_several_widths(net: Trace, name: str, options: dict[str, Any]) -> None:
    """The whole text: formulas in a column, formulas below the rows, and rows on several lines."""
    wanted = (GOLDEN / f"table_{name}.txt").read_text(encoding="utf-8")
    assert net.to_text(**options) + "\n" == wanted


def words(text: str) -> list[str]:
    """Words, numbers and shapes of a text in order, whatever lines and white space are between them."""
    return re.findall(r"\(\d+(?:, \d+)*,?\)|[^\s()]+|[()]", re.sub("-{3,}", "", text))


@pytest.mark.parametrize("name", ["lenet5", "resnet50", "inception_v3", "densenet121", "swin_t"])
@pytest.mark.parametrize("depth", [None, 1, 2])
@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_the_text_fits_and_cuts_nothing(name: str, depth: int | None, width: int) -> None:
    """No line is longer than asked, and each word, number and shape is in one piece."""
    shown = of_catalogue(name)
    text = shown.to_text(depth=depth, width=width, columns=("memory",))
    for line in text.splitlines():
        alone = len(line.split()) < 3  # a layer's name that is longer than the line
        assert len(line) <= width or alone, line
    assert sorted(words(text)) == sorted(words(shown.to_text(depth=depth, columns=("memory",))))


def test_a_cut_shape_would_be_seen() -> None:
    """The test above can fail: a cut inside a shape or a word gives other words."""
    assert (
        words("output (1, 64, 56, 56)") == words("output\n  (1, 64, 56, 56)") == ["output", "(1, 64, 56, 56)"]
    )
    assert words("output (1, 64,\n56, 56)") != words("output (1, 64, 56, 56)")
    assert words("adaptive_\navg_pool2d") != words("adaptive_avg_pool2d")


def test_formulas_are_cut_at_their_signs() -> None:
    """First between the axes, then before a sign, inside parentheses only where nothing else is left."""
    text = "H: floor((20 + 2×1 - 1×(3 - 1) - 1)/2) + 1 = 10 and W: 24  [weights shared with row 2]"
    assert wrapped(text, 200) == [text]
    assert wrapped(text, 48) == [
        "H: floor((20 + 2×1 - 1×(3 - 1) - 1)/2) + 1 = 10",
        "and W: 24",
        "[weights shared with row 2]",
    ]
    assert wrapped(text, 45)[:2] == ["H: floor((20 + 2×1 - 1×(3 - 1) - 1)/2) + 1", "= 10"]
    assert wrapped(text, 20)[:3] == ["H: floor((20 + 2×1", "- 1×(3 - 1) - 1)/2)", "+ 1 = 10"]


@pytest.mark.parametrize(
    ("columns", "terminal", "width"),
    [("72", False, 72), ("72", True, 72), ("0", False, None), ("wide", False, None), (None, False, None)],
)
def test_the_reader_sets_the_width(
    monkeypatch: pytest.MonkeyPatch, columns: str | None, terminal: bool, width: int | None
) -> None:
    """COLUMNS counts first, then the terminal; what goes to a file or a pipe is not cut."""
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    assert reader_width() == width
    assert str(shipped("lenet5")) == shipped("lenet5").to_text(width=width)


def test_a_terminal_sets_the_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without COLUMNS a table is as wide as the terminal."""
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((91, 24)))
    assert reader_width() == 91


def test_columns_on_request(net: Trace) -> None:
    """Trainable and frozen parameters and the bytes of the outputs, in every format, in the order asked."""
    assert (net["stem"].frozen, net["stem"].trainable, net["head"].frozen) == (368, 0, 0)
    assert net["head"].memory == 10 * 4
    asked = ("memory", "trainable", "memory")
    frame = net.to_frame(columns=asked)
    assert list(frame.columns[-2:]) == ["memory", "trainable"]
    assert list(net.to_frame().columns) == list(frame.columns[:-2])
    assert frame["trainable"].sum() == net.parameters - 368
    read = list(csv.DictReader(io.StringIO(net.to_csv(columns=asked))))
    assert [int(row["memory"]) for row in read] == list(frame["memory"]) == [row.memory for row in net]
    header = ["#", "layer", "operation", "output shape", "parameters", "MACs", "bytes", "trainable"]
    assert re.findall(r"<th[^>]*>([^<]+)", net.to_html(columns=asked))[:8] == header
    for text in (net.to_text(columns=asked), net.to_markdown(columns=asked)):
        assert f"{frame['memory'].sum():,} bytes; 3,626 trainable" in text
        assert "bytes: memory of the outputs; trainable: parameters with requires_grad" in text


def test_memory_goes_by_shape_and_dtype() -> None:
    """Half precision is half the bytes; all results of a row count; a view counts as if it were none."""
    half = trace(nn.Sequential(nn.Flatten(), nn.Linear(6, 4)).half(), torch.zeros(5, 2, 3).half())
    assert [row.memory for row in half] == [5 * 6 * 2, 5 * 4 * 2]
    pool = trace(nn.MaxPool2d(2, return_indices=True), (1, 3, 8, 8))
    assert pool[0].dtypes == ("float32", "int64")
    assert pool[0].memory == 3 * 4 * 4 * (4 + 8)


def test_the_size_of_every_dtype_is_torchs() -> None:
    """The bytes that a type's name tells are those that torch takes."""
    dtypes = {value for value in vars(torch).values() if isinstance(value, torch.dtype)}
    assert len(dtypes) > 20
    for dtype in dtypes:
        assert itemsize(str(dtype).removeprefix("torch.")) == dtype.itemsize, dtype


def test_a_column_that_there_is_not() -> None:
    """The error names the columns on request, in every format, also for a trace without rows."""
    shown = shipped("lenet5")
    message = "no column on request is called 'flops'; there are trainable, frozen, memory"
    for method in (shown.to_text, shown.to_markdown, shown.to_html, shown.to_csv, shown.to_frame):
        with pytest.raises(ValueError, match=message):
            method(columns=("memory", "flops"))


def test_a_name_alone_and_a_depth_below_the_network() -> None:
    """A text in place of a tuple, and a negative depth: the error shows what would work."""
    shown = shipped("lenet5")
    with pytest.raises(ValueError, match=r"given as a tuple of names, as in \('memory',\), not as the text"):
        shown.to_html(columns="memory")
    with pytest.raises(ValueError, match="levels of modules to open: 0 or more, or None, not -1"):
        shown.to_markdown(depth=-1)


@pytest.mark.parametrize("width", [3, 20, 40])
def test_a_width_that_is_too_small_cuts_no_word(net: Trace, width: int) -> None:
    """Where not even a name fits, lines are longer than asked, and everything is still there."""
    assert sorted(words(net.to_text(width=width))) == sorted(words(net.to_text()))


def test_a_trace_that_was_written_without_dtypes() -> None:
    """It is read as before; only a column on request is refused, with what would work."""
    plain = shipped("lenet5").to_dict()
    for row in plain["rows"]:
        del row["dtypes"], row["frozen"]
    old = Trace.from_dict(plain)
    assert old.to_text() == shipped("lenet5").to_text()
    with pytest.raises(ValueError, match=r"written without dtypes .* cannot fill memory; trace the network"):
        old.to_text(columns=("memory",))


def test_a_trace_without_rows() -> None:
    """A network that returns its input has a table of totals alone, in every format."""
    empty = trace(nn.Identity(), (1, 3))
    assert len(empty) == 0
    for text in (empty.to_text(), empty.to_text(depth=1, width=40), empty.to_markdown(), empty.to_html()):
        assert "0 rows; 0 parameters; 0 MACs; output (1, 3)" in " ".join(text.split())


def test_rows_are_compared_with_their_dtypes() -> None:
    """A network in half precision is another trace."""
    row = Row(0, "", "Net", "relu", (-1,), ((1, 2),), ((1, 2),), dtypes=("float32",))
    assert row != Row(0, "", "Net", "relu", (-1,), ((1, 2),), ((1, 2),), dtypes=("float16",))


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda t: t.to_text(width="80"), "width must be an integer, not '80'"),
        (lambda t: t.to_text(width=0), "width is 0; at least 1 would do"),
        (
            lambda t: t.to_text(depth="2"),
            "depth counts the levels of modules to open: a whole number, or None, not '2'",
        ),
        (lambda t: t.to_markdown(depth=1.5), "a whole number, or None, not 1.5"),
        (
            lambda t: t.to_csv(columns=3),
            r"columns are given as a tuple of names, as in \('memory',\), not as 3",
        ),
        (lambda t: t.diff(t).to_text(width="80"), "width must be an integer, not '80'"),
        (lambda t: t.diff("resnet18"), "diff compares with another Trace, not with str"),
    ],
)
def test_a_wrong_argument_of_a_table_is_named(call: Any, told: str) -> None:
    """The error has the argument's name and what was given for it."""
    with pytest.raises((TypeError, ValueError), match=told):
        call(trace("lenet5"))
