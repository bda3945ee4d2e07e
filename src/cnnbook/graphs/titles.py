"""The text over a graph: which network it is, how large, whose, and how to read its boxes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape

from cnnbook import networks
from cnnbook.graphs import labels, summaries, text_width
from cnnbook.graphs.plans import Plan
from cnnbook.traces import Trace

_WIDTH = 440.0
_TITLE = 15
_FORMULA = "output size = ⌊(n + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1 on each axis"
_BOX = "In a box: name and output shape ({shape}); what it does and its parameters."
_SHAPES = {
    1: "channels × length",
    2: "channels × height × width",
    3: "channels × depth × height × width",
}

_BLANK = "On each line goes the output shape ({shape}); below it stand the parameters."


def title(traces: Sequence[Trace], plans: Sequence[Plan], *, blank: bool = False) -> str:
    """Return the title block as an HTML-like label: name, figures, paper, formula, key to the colours.

    With `blank` it does not give the shape of the output, and says what to write where.
    """
    called = _wrapped(name(traces).split(" "), width=_WIDTH * text_width.FONT_SIZE / _TITLE / text_width.BOLD)
    lines = [f'<font point-size="{_TITLE}"><b>{line}</b></font>' for line in called]
    if len(traces) == 1:
        lines += _about(traces[0], blank)
    if any(row.window for trace in traces for row in trace.rows):
        lines.append(escape(_FORMULA))
    lines.append(escape(_box(traces, _BLANK if blank else _BOX)))
    rows = "".join(f'<tr><td align="left">{line}</td></tr>' for line in lines)
    return (
        f'<table border="0" cellborder="0" cellspacing="0" cellpadding="1">{rows}'
        f'<tr><td align="left" cellpadding="0">{_key(plans)}</td></tr></table>'
    )


def name(traces: Sequence[Trace]) -> str:
    """Return what the graph is of: "resnet50", or "resnet50: layer1.0, layer2.0" for several blocks."""
    network, names = shared(traces), dict.fromkeys(trace.name for trace in traces)
    if len(names) == 1 or not network:
        return ", ".join(names)
    return f"{network}: {', '.join(trace.name.removeprefix(f'{network}: ') for trace in traces)}"


def shared(traces: Sequence[Trace]) -> str:
    """Return the name of the network that all blocks are of, or ""."""
    networks_of = {trace.name.partition(": ")[0] for trace in traces}
    return networks_of.pop() if len(networks_of) == 1 else ""


def description(traces: Sequence[Trace], plans: Sequence[Plan], *, blank: bool = False) -> str:
    """Describe the graph to readers who cannot see it: sizes, what it is made of, how its shapes change."""
    said = []
    for trace, plan in zip(traces, plans, strict=True):
        families = Counter(row.family for row in trace.rows)
        made = ", ".join(f"{count} {family}" for family, count in families.most_common())
        text = (
            f"{trace.name}: {', '.join(map(_shape, trace.input_shapes))}{'' if blank else _end(trace)}, "
            f"{trace.parameters:,} parameters, {len(trace)} operations ({made}) in {len(plan.steps)} boxes"
        )
        if plan.shortcuts:
            text += ", with residual shortcuts"
        said.append(text)
    return "; ".join(said) + "."


def _end(trace: Trace) -> str:
    if stops_at(trace):
        return f", stopped at {stops_at(trace)}"
    return f" to {_shape(trace.output_shape)}"


def stops_at(trace: Trace) -> str:
    """Return the layer or operation at which a network stopped, "" if it ran to its end."""
    last = trace.rows[-1]
    return "" if last.output_shapes else last.path or last.op


def _about(trace: Trace, blank: bool) -> list[str]:
    known = networks.info(trace.name) if trace.name in networks.names() else None
    figures = [
        _said("input", trace.input_shapes),
        f"stopped at {stops_at(trace)}" if stops_at(trace) else _said("output", trace.output_shapes),
        f"{trace.parameters:,} parameters",
        f"{_macs(trace.macs)} multiply-accumulates (MACs)",
    ]
    if trace.unused_parameters and not stops_at(trace):
        figures[2] += f" ({trace.unused_parameters:,} unused in this pass)"
    if trace.training:
        figures.append("in training mode")
    if blank:
        del figures[1]
    lines = [*_wrapped([known.variant])] if known and known.variant else []
    lines += _wrapped(figures, " · ")
    if known:
        lines += _wrapped(f"Paper: {known.paper}".split(" "), " ")
    return lines


def _said(word: str, shapes: Sequence[Sequence[int]]) -> str:
    return f"{word}{'s' if len(shapes) > 1 else ''} {', '.join(map(_shape, shapes))}"


def _shape(shape: Sequence[int]) -> str:
    return "(" + ", ".join(map(str, shape)) + ")"


def _macs(count: int) -> str:
    # In thousands of millions only where that leaves three true decimals to read.
    return f"{count / 1e9:.3f} G" if count >= 10**8 else f"{count:,}"


def _key(plans: Sequence[Plan]) -> str:
    shown = [
        inner for plan in plans for step in plan.steps for inner in summaries.flat(step.inside) or [step]
    ]
    families = {labels.family(step) for step in shown}
    cells = labels.legend(families)
    if any(plan.shortcuts for plan in plans):
        cells += f'<td><font color="{labels.SHORTCUT}"><b>→ shortcut</b></font></td>'
    if any(plan.repeats for plan in plans):
        cells += "<td><b>× n</b>: n alike in a row, drawn once</td>"
    if any(summaries.has_side_by_side(step) for plan in plans for step in plan.steps):
        cells += f"<td><b>{summaries.SIDE_BY_SIDE}</b>: both read the same maps</td>"
    return f'<table border="0" cellborder="0" cellspacing="3" cellpadding="2"><tr>{cells}</tr></table>'


def _wrapped(parts: Iterable[str], joint: str = " ", width: float = _WIDTH) -> list[str]:
    """The parts joined into lines that are not wider than the title block."""
    lines: list[str] = []
    for part in parts:
        if lines and text_width.text_width(lines[-1] + joint + part) <= width:
            lines[-1] += joint + part
        else:
            lines.append(part)
    return [escape(line) for line in lines]


def _box(traces: Sequence[Trace], message: str) -> str:
    """The message on boxes with the axes of these networks: those of their windows, or of an image."""
    axes = {
        int(row.op[-2])
        for trace in traces
        for row in trace
        if row.family in ("convolution", "pooling") and re.search(r"[123]d$", row.op)
    }
    return message.format(shape=" or ".join([_SHAPES[n] for n in sorted(axes or {2})]))
