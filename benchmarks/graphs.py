"""Graphs as PDF, measured: every course network by cnnbook, and three of them beside torchviz and torchview.

Run it with `python benchmarks/graphs.py`; it needs the peers group. All pictures are drawn by the same
Graphviz: `dot` on PATH, else pygraphviz. Text is what it measures when printed on A4, where a picture
larger than the page is shrunk to fit. Times are warm, from a built network to a file: the best of three runs
after one that is not counted, by the clock and in CPU seconds of all processes together.
"""

import math
import os
import platform
import re
import tempfile
import time
import warnings
from pathlib import Path

import torch
from pypdf import PdfReader

from cnnbook import networks
from cnnbook.graphs import architecture_graph, autograd_graph
from cnnbook.graphs.rendering import backends, render
from cnnbook.tracing import trace

warnings.filterwarnings("ignore", category=DeprecationWarning)


def best(make, runs=3):
    """Return the shortest (wall, CPU) times of several runs, after one to warm up, and the last result."""
    make()
    times = []
    for _ in range(runs):
        start, cpu = time.perf_counter(), sum(os.times()[:4])
        result = make()
        times.append((time.perf_counter() - start, sum(os.times()[:4]) - cpu))
    return tuple(map(min, zip(*times, strict=True))), result


def ours(name, folder):
    net, shape = networks.build(name, device="meta"), networks.info(name).input_shape

    def make():
        seen = trace(net, shape)
        seen.name = name
        graph = architecture_graph(seen)
        graph.save(folder / f"{name}.pdf")
        return graph

    return best(make)


def ours_backward(name, folder):
    net, shape = networks.build(name, device="meta"), networks.info(name).input_shape

    def make():
        graph = autograd_graph(net, shape)
        graph.save(folder / f"{name}-backward.pdf")
        return graph

    return best(make, runs=1)


def drawn(source, path):
    path.write_bytes(render(source, "pdf", timeout=120).data)
    return source


def torchviz_s(name, folder):
    import torchviz

    net, shape = networks.build(name), networks.info(name).input_shape

    def make():
        dot = torchviz.make_dot(net(torch.zeros(shape)), params=dict(net.named_parameters()))
        dot.graph_attr.pop("size", None)
        return drawn(dot.source, folder / f"{name}-torchviz.pdf")

    return best(make, runs=1)


def torchview_s(name, folder):
    import torchview

    net, shape = networks.build(name), networks.info(name).input_shape

    def make():
        graph = torchview.draw_graph(net, input_size=shape, device="meta", expand_nested=True)
        dot = graph.visual_graph
        dot.graph_attr.pop("size", None)
        return drawn(dot.source, folder / f"{name}-torchview.pdf")

    return best(make, runs=1)


def page(path):
    pages = PdfReader(path).pages
    return f"{len(pages)} of {float(pages[0].mediabox.width):.0f} x {float(pages[0].mediabox.height):.0f} pt"


def printed(path):
    """Return the smallest letters of a PDF, in points, when each page is shrunk to A4 where it is larger."""
    smallest = float("inf")
    for sheet in PdfReader(path).pages:
        fit = min(1.0, 595.28 / float(sheet.mediabox.width), 841.89 / float(sheet.mediabox.height))

        def note(text, cm, tm, font, size, fit=fit):
            nonlocal smallest
            if text.strip():
                smallest = min(smallest, fit * size * math.hypot(tm[2], tm[3]) * math.hypot(cm[2], cm[3]))

        sheet.extract_text(visitor_text=note)
    return smallest


def shown(who, name, seconds, boxes, path):
    wall, cpu = seconds
    size = path.stat().st_size
    print(
        f"{who:10} {name:14} {wall:5.2f} s ({cpu:.2f} CPU) {boxes:4} boxes {size:8,} bytes  {page(path)}"
        f"  text {printed(path):.1f} pt"
    )


def main():
    (backend, *_) = backends()
    print(f"Python {platform.python_version()}, torch {torch.__version__}, {backend.name} {backend.version}")
    print(f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        totals = []
        for network in (*networks.COURSE, "densenet121"):
            seconds, graph = ours(network, folder)
            totals += [seconds] if network in networks.COURSE else []
            shown("cnnbook", network, seconds, graph.boxes, folder / f"{network}.pdf")
        wall, cpu = map(sum, zip(*totals, strict=True))
        print(f"\nall {len(totals)} course networks: {wall:.2f} s ({cpu:.2f} CPU)\n")
        for network in ("resnet18", "resnet50", "inception_v3"):
            for who, run in (("torchviz", torchviz_s), ("torchview", torchview_s)):
                seconds, source = run(network, folder)
                boxes = len(re.findall(r"^\t+\w+ \[", source, re.MULTILINE))
                shown(who, network, seconds, boxes, folder / f"{network}-{who}.pdf")
            seconds, graph = ours_backward(network, folder)
            shown("backward", network, seconds, graph.boxes, folder / f"{network}-backward.pdf")


if __name__ == "__main__":
    main()
