"""Rows and traces are plain values: they select, compare, pickle, go to JSON; tables and diffs show them."""

from __future__ import annotations

import csv
import io
import json
import pickle
import re
from html.parser import HTMLParser
from typing import Any

import pytest
import torch
from torchvision.models import ResNet
from torchvision.models.resnet import Bottleneck

from cnnbook import networks, trace
from cnnbook.arithmetic import conv_parameters, linear_parameters
from cnnbook.traces import Row, Trace
from cnnbook.traces.tables.data import COLUMNS


def catalogue(name: str) -> Trace:
    return trace(networks.build(name, device="meta"), networks.info(name).input_shape)


@pytest.fixture(scope="module", params=["lenet5", "alexnet_2012", "googlenet", "resnet18"])
def seen(request: pytest.FixtureRequest) -> Trace:
    return catalogue(request.param)


@pytest.fixture(scope="module")
def resnet18() -> Trace:
    return catalogue("resnet18")


def test_a_trace_survives_json_and_pickle(seen: Trace) -> None:
    """What comes back from JSON or pickle is equal, row by row, with the same totals."""
    for again in (Trace.from_dict(json.loads(seen.to_json())), pickle.loads(pickle.dumps(seen))):
        assert again == seen
        assert again.rows == seen.rows
        assert (again.parameters, again.macs, again.output_shape) == (
            seen.parameters,
            seen.macs,
            seen.output_shape,
        )


def test_one_changed_number_makes_traces_unequal(resnet18: Trace) -> None:
    """Equality looks at every row, not only at the totals."""
    plain = resnet18.to_dict()
    plain["rows"][3]["receptive_field"] = [12, 11]
    assert Trace.from_dict(plain) != resnet18


def test_a_path_selects_a_row_or_a_block(resnet18: Trace) -> None:
    """A layer's path gives its row, a block's path a trace of the rows inside, which keep their indices."""
    assert isinstance(resnet18["conv1"], Row)
    block = resnet18["layer2.0"]
    assert [row.index for row in block] == list(range(18, 27))
    assert block.input_shapes == ((1, 64, 56, 56),)
    assert block.output_shape == (1, 128, 28, 28)
    assert block.parameters == 230_144
    assert len(block["layer2.0.relu"]) == 2
    assert resnet18[3] is resnet18.rows[3]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("layer2.7", "no row at 'layer2.7'; did you mean 'layer2.1'"),
        ("zzz", "no row at 'zzz'$"),
    ],
)
def test_a_path_that_is_not_there_names_its_neighbours(resnet18: Trace, path: str, message: str) -> None:
    """A mistyped path is answered with the paths that look like it."""
    with pytest.raises(KeyError, match=message.replace("$", "")):
        resnet18[path]


def test_window_rows_have_the_formula_with_their_numbers(seen: Trace) -> None:
    """Each sliding window's formula ends in the row's own height, and its window computes the shape."""
    windows = [row for row in seen if row.window is not None]
    assert len(windows) >= 4
    for row in windows:
        assert row.window is not None
        assert row.window.output_size(row.input_shapes[0][2:]) == row.output_shape[2:]
        assert re.search(rf"= {row.output_shape[2]}($| )", row.formula)


def test_parameter_formulas_add_up(seen: Trace) -> None:
    """Evaluating a parameter formula gives the row's parameters; every convolution and linear has one."""
    formulas = {row.index: row.parameter_formula for row in seen if row.parameter_formula}
    needing = [row for row in seen if row.family in ("convolution", "linear") and row.parameters]
    assert {row.index for row in needing} <= set(formulas)
    for index, formula in formulas.items():
        left, right = formula.split(" = ")
        assert eval(left.replace("×", "*")) == int(right) == seen[index].parameters


def test_parameters_follow_the_rules_of_arithmetic(seen: Trace) -> None:
    """Convolutions and linear layers have the parameters of `conv_parameters` and `linear_parameters`."""
    for row in seen:
        known = row.arguments
        if row.window is not None and row.family == "convolution":
            channels = known["in_channels"], known["out_channels"]
            kernel_size, groups = row.window.kernel_size, known["groups"]
            assert row.parameters == conv_parameters(
                *channels, kernel_size, groups=groups, bias=known["bias"]
            )
        elif row.op == "linear":
            features = known["in_features"], known["out_features"]
            assert row.parameters == linear_parameters(*features, bias=known["bias"])


def test_the_text_table_adds_up(seen: Trace) -> None:
    """Re-adding the parameter and MAC columns of the printed table gives the totals of its last lines."""
    lines = seen.to_text().splitlines()
    body = [line for line in lines if re.match(r"\s*\d+  ", line)]
    assert len(body) == len(seen)
    header = next(line for line in lines if line.lstrip().startswith("#"))
    columns = []
    for name in ("parameters", "MACs"):
        end = header.index(name) + len(name)
        columns.append(
            sum(int(re.search(r"([\d,]*)$", line.ljust(end)[:end])[1].replace(",", "") or 0) for line in body)
        )  # type: ignore[index]
    assert columns == [seen.used_parameters, seen.macs]
    assert f"{seen.parameters:,} parameters" in lines[-2]
    assert "MACs: multiply-accumulates" in lines[-1]


def test_depth_folds_the_text_table(resnet18: Trace) -> None:
    """With depth=1 each top-level module is one line, and no number is lost."""
    folded = resnet18.to_text(depth=1).splitlines()
    assert any(re.match(r"\s*4-17  layer1 .*Sequential: 14 rows .*147,968", line) for line in folded)
    assert len(folded) < 20


def markdown_cells(line: str) -> list[str]:
    """The cells of a line of a Markdown table, without the backslashes before signs."""
    assert line.startswith("| ")
    assert line.endswith(" |")
    return [re.sub(r"\\(.)", r"\1", cell) for cell in line[2:-2].split(" | ")]


def test_markdown_of_a_small_network() -> None:
    """The whole text: a title, columns with numbers to the right, a line per operation, and the totals."""
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 8, (3, 5)), torch.nn.Flatten(), torch.nn.Linear(672, 10))
    wanted = """\
**Sequential (train mode), input (2, 3, 9, 16)**

| # | layer | operation | output shape | parameters | MACs | how the output size comes about |
| ---: | :--- | :--- | :--- | ---: | ---: | :--- |
| 0 | 0 | conv2d | (2, 8, 7, 12) | 368 | 60,480 | H: floor((9 + 2×0 - 1×(3 - 1) - 1)/1) + 1 = 7 and \
W: floor((16 + 2×0 - 1×(5 - 1) - 1)/1) + 1 = 12 |
| 1 | 1 | flatten | (2, 672) |  |  | 8×7×12 = 672 |
| 2 | 2 | linear | (2, 10) | 6,730 | 13,440 | 672 → 10 |

3 rows; 7,098 parameters; 73,920 MACs; output (2, 10)

parameters: learned numbers; MACs: multiply-accumulates of one forward pass over the whole batch"""
    assert trace(net, (2, 3, 9, 16)).to_markdown() == wanted


@pytest.mark.parametrize("depth", [None, 0, 1, 2])
def test_markdown_says_what_the_text_says(seen: Trace, depth: int | None) -> None:
    """Read back, the Markdown table has the lines of the text table, and its columns add up to the totals."""
    title, table, *below = seen.to_markdown(depth=depth).split("\n\n")
    header, rule, *lines = map(markdown_cells, table.splitlines())
    text = seen.to_text(depth=depth).splitlines()
    assert title == f"**{text[0]}**"
    assert " ".join(header) == " ".join(text[2].split())
    assert [cell == "---:" for cell in rule] == [name in ("#", "parameters", "MACs") for name in header]
    assert {len(line) for line in lines} == {len(header)}
    shown = [" ".join(line.split()) for line in text[4 : 4 + len(lines)]]
    assert [" ".join(filter(None, line)) for line in lines] == shown
    for column, total in ((4, seen.used_parameters), (5, seen.macs)):
        assert sum(int(line[column].replace(",", "") or 0) for line in lines) == total
    assert f"{seen.parameters:,} parameters" in below[0]
    assert len(below) == 2 + len(seen.notes)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a|b", r"a\|b"),
        (r"a\|b", r"a\\\|b"),
        ("<script>", r"\<script>"),
        ("__add__", r"\_\_add\_\_"),
        ("max_pool2d", "max_pool2d"),
        ("**kw `x` [1](2) ~~no~~ &lt; $y$", r"\*\*kw \`x\` \[1\](2) \~\~no\~\~ \&lt; \$y\$"),
        ("two\nlines", "two lines"),
    ],
)
def test_markdown_escapes_its_own_signs(name: str, shown: str) -> None:
    """A name that Markdown would read as its own signs is shown as it is, in the table and around it."""
    row = Row(0, name, "Net", "relu", (-1,), ((1, 2),), ((1, 2),), note=name)
    text = Trace(name, [(1, 2)], [row], notes=[name]).to_markdown()
    title, table, _, note, _ = text.split("\n\n")
    cells = table.splitlines()[2].split(" | ")
    assert (title, cells[1]) == (f"**{shown} (eval mode), input (1, 2)**", shown)
    assert cells[-1] == rf"\[{shown}\] |"
    assert note == f"note: {shown}"
    assert markdown_cells(table.splitlines()[2])[1] == " ".join(name.split())


def test_csv_and_frame_hold_every_row(seen: Trace) -> None:
    """CSV and DataFrame have the named columns and one line per row, with equal sums."""
    lines = list(csv.DictReader(io.StringIO(seen.to_csv())))
    frame = seen.to_frame()
    assert tuple(lines[0]) == tuple(frame.columns) == COLUMNS
    assert len(lines) == len(frame) == len(seen)
    assert sum(int(line["macs"]) for line in lines) == frame["macs"].sum() == seen.macs
    assert frame["output_shape"].iloc[0] == seen[0].output_shape


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.trace: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.trace.append(tag)
        if tag != "col":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_folds_long_networks_without_javascript(seen: Trace) -> None:
    """HTML is well-formed, has each row once, folds by block if there are many, and contains no script."""
    html = seen._repr_html_()
    tags = Tags(html)
    assert not tags.open
    assert re.findall(r"<tr><td align=right>(\d+)</td>", html) == [str(row.index) for row in seen]
    assert html.count("<tbody>") == html.count("<thead>") == html.count("<table")
    assert ("details" in tags.trace) == (len(seen) >= 40)
    assert "script" not in tags.trace


def test_html_escapes_names() -> None:
    """A module named like a tag is shown as text."""
    row = Row(0, "<script>x", "Evil<b>", "relu", (-1,), ((1, 2),), ((1, 2),), note="<i>")
    html = Trace("<script>alert(1)</script>", [(1, 2)], [row])._repr_html_()
    assert "<script>" not in html
    assert "<i>" not in html


def test_one_setting_written_in_two_ways_is_no_difference() -> None:
    """AdaptiveAvgPool2d(6) and AdaptiveAvgPool2d((6, 6)) are one layer, (6, 5) is another."""
    one, same, other = (
        trace(torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(size)), (1, 3, 12, 12))
        for size in (6, (6, 6), (6, 5))
    )
    assert one.diff(same).different == ()
    (pair,) = one.diff(other).different
    assert pair.changes == ("shape", "output_size 6 → (6, 5)")


def test_a_diff_marks_what_differs() -> None:
    """ResNet-34 is ResNet-18 with blocks added: nothing else differs but for totals."""
    difference = catalogue("resnet18").diff(catalogue("resnet34"))
    assert {pair.differs for pair in difference.different} == {("only right",)}
    assert len(difference.pairs) == 69 + len(difference.different) == 125
    assert "56 of 125 pairs of rows differ; 11,689,512 and 21,797,672 parameters (+10,108,160)" in str(
        difference
    )
    assert "layer4.2.conv2" in difference._repr_html_()


def test_a_diff_of_equal_traces_is_empty(seen: Trace) -> None:
    """A network differs from itself in nothing."""
    assert seen.diff(seen).different == ()


def test_a_diff_finds_alexnets_normalization() -> None:
    """AlexNet of 2012 has two local response normalizations, and torchvision's none."""
    pairs = catalogue("alexnet_2012").diff(catalogue("alexnet")).different
    alone = [pair.left.op for pair in pairs if pair.left and not pair.right]
    assert alone.count("local_response_norm") == 2
    grouped = next(pair for pair in pairs if pair.left and pair.left.path == "features.4")
    assert grouped.right is not None
    assert grouped.differs == ("shape", "arguments", "parameters")


def test_a_diff_says_what_changed_with_the_numbers() -> None:
    """ResNet-50 of the paper strides in the first convolution of a block, torchvision's in the second."""

    class OfThePaper(Bottleneck):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.conv1.stride, self.conv2.stride = self.conv2.stride, (1, 1)

    with torch.device("meta"):
        paper = ResNet(OfThePaper, [3, 4, 6, 3]).eval()
    difference = catalogue("resnet50").diff(trace(paper, (1, 3, 224, 224)))
    changes = {pair.left.path: pair.changes for pair in difference.different if pair.left}
    assert len(changes) == 12
    assert changes["layer2.0.conv1"] == ("shape", "stride 1 → 2", "MACs 102,760,448 → 25,690,112")
    assert changes["layer2.0.conv2"] == ("stride 2 → 1",)
    lines = str(difference).splitlines()
    assert lines[1] == "…  36 rows alike: conv1 conv2d to layer1.2.relu relu"
    assert len(lines) == 18
    html = difference._repr_html_()
    assert html.count("<details>") == 4
    assert html.count("<tr>") == 175 + 1
    assert html.index("12 of 175 pairs of rows differ") < html.index("<table>")


def test_a_diff_of_networks_without_common_names_goes_by_what_rows_do() -> None:
    """LeNet-5 of 1998 has other names: a ReLU stands beside a tanh, a max pool beside an average."""
    pairs = catalogue("lenet5").diff(catalogue("lenet5_1998")).pairs
    beside = {(p.left.path or p.left.op): p.right.path or p.right.op for p in pairs if p.left and p.right}
    assert (beside["conv1"], beside["fc2"]) == ("c1", "f6")
    ops = [(p.left.op, p.right.op) for p in pairs if p.left and p.right and "operation" in p.differs]
    assert ops == [("relu", "tanh"), ("max_pool2d", "avg_pool2d")] * 2 + [("relu", "tanh")]


def test_a_block_that_returns_what_it_also_reads() -> None:
    """A block's outputs are what the network takes from it, also where a row of its own reads them."""

    class Block(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.head = torch.nn.Conv2d(3, 8, 3), torch.nn.Conv2d(8, 2, 1)

        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            y = self.conv(x)
            return y, self.head(y)

    class Net(torch.nn.Module):
        def __init__(self, both: bool) -> None:
            super().__init__()
            self.block, self.last, self.both = Block(), torch.nn.Conv2d(8, 5, 3), both

        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
            y, head = self.block(x)
            return (self.last(y), head) if self.both else (self.last(y),)

    real = [tuple(t.shape) for t in Block()(torch.zeros(1, 3, 9, 9))]
    block = trace(Net(True), (1, 3, 9, 9))["block"]
    assert [block[i].output_shape for i in block.outputs] == real
    assert block.output_shape == real[0]
    assert trace(Net(False), (1, 3, 9, 9))["block"].output_shape == real[0]


@pytest.mark.parametrize("layer", [torch.nn.Softmin, torch.nn.Softmax])
@pytest.mark.parametrize("dim", [1, 2])
def test_a_receptive_field_through_a_softmax(layer: Any, dim: int) -> None:
    """Over the channels a softmax or softmin sees one pixel, over the rows of pixels more than a window."""
    net = torch.nn.Sequential(layer(dim=dim), torch.nn.Conv2d(1, 1, 3))
    x = torch.rand(1, 1, 9, 9, requires_grad=True)
    net(x)[0, 0, 0, 0].backward()
    seen = (x.grad[0, 0].abs() > 0).any(dim=1).sum()
    assert (seen > 3) == (dim == 2)
    assert [row.receptive_field for row in trace(net, (1, 1, 9, 9))] == (
        [(1, 1), (3, 3)] if dim == 1 else [None, None]
    )
