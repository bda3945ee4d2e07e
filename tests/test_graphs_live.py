"""Graphs as HTML: one file that asks for nothing, small, with a box for each row; and of what stopped."""

import pickle
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from torch import nn

from cnnbook import networks
from cnnbook.graphs import GraphError, architecture_graph, autograd_graph, live, live_words
from cnnbook.graphs.folding import plan, plans
from cnnbook.networks.shipped import shipped
from cnnbook.tracing import TraceError, trace


class Broken(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(6), nn.ReLU())

    def forward(self, x):
        return self.body(x)


class Unable(nn.Module):
    """Its first operation fails."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(4, 8, 3)

    def forward(self, x):
        return self.first(x)


def failed(net, shape):
    with pytest.raises(TraceError) as stopped:
        trace(net, shape)
    return stopped.value


def figures(html):
    return re.findall(r"<figure.*?</figure>", html, re.DOTALL)


def rows(text):
    """The numbers that "3-5 9" stands for."""
    found = []
    for part in text.split():
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def test_script_and_style_are_small():
    """Together they are under 12 kB, and no library."""
    size = sum(len(files(live.__package__).joinpath(name).read_bytes()) for name in ("live.js", "live.css"))
    assert size < 12_000


@pytest.mark.parametrize("name", ["lenet5", "resnet50", "inception_v3"])
def test_each_depth_is_drawn_once_and_has_every_row(name):
    """A drawing for each depth that shows something else; the boxes of each stand for every row, once."""
    seen = shipped(name)
    drawn = figures(architecture_graph(seen).live.html)
    assert len(drawn) == len(plans(seen))
    for figure in drawn:
        found = [row for text in re.findall(r'data-rows="([^"]*)"', figure) for row in rows(text)]
        assert sorted(found) == [row.index for row in seen]
    assert len([figure for figure in drawn if "hidden" not in figure[:40]]) == 1


def test_a_depth_of_too_many_boxes_is_left_out_unless_it_is_asked_for():
    """DenseNet-121 has a depth of 193 boxes."""
    seen = trace(networks.build("densenet121", device="meta"), (1, 3, 224, 224))
    assert max(len(shown.steps) for shown in plans(seen)) > live.MOST_BOXES
    assert max(len(shown.steps) for shown in architecture_graph(seen).live.plans) <= live.MOST_BOXES
    asked = architecture_graph(seen, depth=9).live
    assert asked.plan in asked.plans


@pytest.mark.parametrize(("name", "limit"), [("vgg16", 120), ("resnet50", 250), ("inception_v3", 450)])
def test_the_page_has_a_bounded_size(name, limit, tmp_path):
    """In thousands of bytes."""
    size = architecture_graph(name).save(tmp_path / "graph.html").stat().st_size
    assert size < limit * 1000


def test_the_page_is_whole_and_names_no_address(tmp_path):
    """Every element is closed, and nothing is loaded: no src, no link, no url() and no import."""
    text = architecture_graph("resnet18").save(tmp_path / "graph.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert not re.findall(r"\ssrc=|<link|<img|url\(|@import|fetch\(|import\(", text)
    addresses = set(re.findall(r"https?://[^\s\"']+", text))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    open_now = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            if tag not in {"meta", "input", "br"}:
                open_now.append(tag)

        def handle_endtag(self, tag):
            if tag in open_now:
                assert open_now.pop() == tag

        def handle_startendtag(self, tag, attributes):
            pass

    Reader().feed(text)
    assert open_now == []


def test_names_with_signs_of_html_stay_text(tmp_path):
    """A name that would end the script or an attribute does neither."""
    net = nn.Sequential()
    net.add_module('</script><b>"x"&', nn.Conv2d(1, 2, 3))
    html = architecture_graph(net, (1, 1, 9, 7)).live.html
    assert html.count("</script>") == 1
    assert 'data-name="&lt;/script&gt;&lt;b&gt;&quot;x&quot;&amp;"' in html


def test_two_runs_give_one_file(tmp_path):
    """Nothing in it depends on the time or on memory addresses."""
    first, second = (architecture_graph("lenet5").save(tmp_path / f"{i}.html").read_bytes() for i in (1, 2))
    assert first == second


def test_a_row_tells_what_the_table_says():
    """Formula, parameters and MACs are those of the row."""
    for row in shipped("alexnet"):
        said = "\n".join(live_words.of_row(row))
        assert row.formula in said
        assert not row.parameters or f"{row.parameters:,}" in said
        assert not row.macs or f"{row.macs:,}" in said


@pytest.mark.parametrize("depth", [None, 1])
def test_what_stopped_is_drawn_until_there(depth):
    """The failing box is the last, says so and why; no box after it is invented."""
    error = failed(Broken(), (1, 3, 12, 10))
    assert error.failed.path == "body.1"
    assert error.failed.output_shapes == ()
    graph = architecture_graph(error, depth=depth)
    assert graph.source.count("stopped here") == 1
    assert graph.boxes == (2 if depth is None else 1)
    text = re.sub(r"<[^>]*>", " ", graph.source)
    assert {"8", "6"} <= {*re.findall(r"\d+", text[text.index("stopped here") :])}
    assert "stopped at body.1" in graph.description
    assert error.repairs[0] in graph.live.page("x").replace("&#x27;", "'")


def test_a_network_whose_first_operation_fails_is_drawn():
    """The input and the failing box, and a table without rows."""
    graph = architecture_graph(failed(Unable(), (1, 3, 12, 10)))
    assert graph.boxes == 1
    assert "data-stop" in graph.live.html


def test_an_error_that_is_no_trace_error_is_refused():
    """And so is a worksheet of a network that stopped."""
    with pytest.raises(GraphError, match="only a TraceError has a network to draw, not a ValueError"):
        architecture_graph(ValueError("x"))
    with pytest.raises(GraphError, match="a network that stopped has no worksheet"):
        architecture_graph(failed(Broken(), (1, 3, 12, 10)), blank=True)


def test_graphs_without_a_live_form_say_what_to_save(tmp_path):
    """Several networks, worksheets and backward graphs are pictures only."""
    graphs = [
        architecture_graph(["lenet5", "resnet18"]),
        architecture_graph("lenet5", blank=True),
        autograd_graph("lenet5"),
    ]
    for graph in graphs:
        with pytest.raises(GraphError, match=r"only the graph of one network, .* save this one as \.pdf"):
            graph.save(tmp_path / "a.html")
    assert list(tmp_path.iterdir()) == []


def test_the_shown_depth_is_the_one_that_was_asked_for():
    """With depth=2 the second drawing is in sight."""
    graph = architecture_graph("resnet18", depth=2)
    assert graph.live.plans.index(graph.live.plan) == 1
    assert graph.live.plan.steps == plan(shipped("resnet18"), 2).steps


def test_the_scripts_that_open_blocks_and_keep_the_panel_in_sight_are_small():
    """Together they are under 17 kB, as they are written; a page has them without comments."""
    names = ("live_blocks.js", "live_stretch.js", "live_panel.js")
    assert sum(len(files(live.__package__).joinpath(name).read_bytes()) for name in names) < 17_000
    assert "//" not in re.sub(r"http://", "", architecture_graph("lenet5").live.html.partition("<script>")[2])


def insides_of(html):
    return dict(re.findall(r'<template data-of="(\w+)".*?>(<svg.*?</svg>)</template>', html, re.DOTALL))


@pytest.mark.parametrize("name", ["resnet18", "inception_v3", "vit_b_16"])
def test_each_closed_block_has_its_inside(name):
    """Whatever is closed at some depth can be opened alone, and shows the rows that it stood for."""
    html = architecture_graph(name).live.html
    inside = insides_of(html)
    closed = re.findall(r'data-rows="([^"]*)" data-own="(\d+)"[^>]*data-block="(\w+)"', html)
    assert closed
    for drawn_rows, own, block in closed:
        shown = re.findall(r'data-rows="([^"]*)" data-own="(\d+)"', inside[block])
        found = [row for text, count in shown for row in rows(text)[: int(count)]]
        copies = [row for text, count in shown for row in rows(text)[int(count) :]]
        assert {*rows(drawn_rows)[: int(own)]} <= {*found, *copies}
        assert len(found) == len({*found})


def test_a_page_stays_small():
    """The insides of all blocks do not double a page."""
    assert len(architecture_graph("resnet18").live.html.encode()) < 160_000
    assert len(architecture_graph("inception_v3").live.html.encode()) < 400_000


def test_shorter_numbers_are_those_of_places_only():
    """A number that is read, such as a probability of 0.125, stays as it is."""
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Dropout(0.125))
    assert "dropout 0.125" in architecture_graph(net, (1, 1, 9, 7)).live.html


def test_the_table_of_what_stopped_says_where():
    """It has no output; and which parameters would have been used is not known."""
    error = failed(Broken(), (1, 3, 12, 10))
    for text in (str(error.trace), error.trace.to_html(), architecture_graph(error).live.html):
        assert "stopped at body.1" in text
        assert "output (" not in text
        assert "not used in this pass" not in text
    assert pickle.loads(pickle.dumps(error)).trace.stopped_at == "body.1"
    assert "stopped at" not in str(shipped("lenet5"))
