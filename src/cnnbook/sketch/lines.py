"""The lines of a drawn plan: a layer, a block or a branch each, with settings, shape and costs as texts."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

from cnnbook.exercises.words import say
from cnnbook.sketch.forward import place
from cnnbook.sketch.plan import Address, Block, Chain, Item, Layer
from cnnbook.sketch.quantities import in_bytes
from cnnbook.sketch.running import Outcome
from cnnbook.sketch.settings import INPUT, SETTINGS, as_text
from cnnbook.sketch.words import ABOUT, FOLLOWS, KINDS, branch_name, settings_text
from cnnbook.traces import Row
from cnnbook.traces.wording import by

Line = dict[str, Any]


def lines(outcome: Outcome) -> list[Line]:
    """Return what the browser draws, from the input down; what stands in a folded block is left out.

    >>> from cnnbook.sketch.layers import conv, relu
    >>> from cnnbook.sketch.plan import Plan
    >>> from cnnbook.sketch.running import run
    >>> drawn = lines(run(Plan((conv(8, 3), relu()), (1, 3, 9, 9))))
    >>> [(line["title"], line["shape"], line["parameters"]) for line in drawn]
    [('input', '3 × 9 × 9', ''), ('convolution', '8 × 7 × 7', '224'), ('activation', '8 × 7 × 7', '')]
    """
    plan = outcome.plan
    first = _line((), 0, "input", say(KINDS["input"]), "", by(plan.input_shape[1:]))
    _, channels, *size = plan.input_shape
    values = {"channels": str(channels), "size": by(tuple(size))}
    first["fields"] = [{"name": name, "value": values[name], "choices": [], "empty": ""} for name in INPUT]
    return [first, *_chain(outcome, plan.items, ())]


def _chain(outcome: Outcome, items: Chain, above: Address) -> Iterator[Line]:
    for number, item in enumerate(items):
        address = (*above, number)
        yield _of_item(outcome, item, address)
        if isinstance(item, Block) and not _folded(outcome, item, address):
            for branch, chain in enumerate(item.branches):
                yield _branch(item, (*address, branch))
                yield from _chain(outcome, chain, (*address, branch))


def _folded(outcome: Outcome, block: Block, address: Address) -> bool:
    """Whether a block is drawn as one line: not where a layer inside of it does not fit."""
    problem = outcome.problem
    inside = problem is not None and address == problem.address[: len(address)] != problem.address
    return block.folded and not inside


def _line(at: Address, depth: int, what: str, title: str, settings: str, shape: str = "") -> Line:
    return {
        "at": list(at),
        "depth": depth,
        "what": what,
        "title": title,
        "settings": settings,
        "shape": shape,
        **dict.fromkeys(("row", "name", "parameters", "macs", "field", "memory", "state"), ""),
        "share": 0.0,
        "fields": [],
        "formulas": [],
        "about": "",
        "folded": None,
    }


def _branch(block: Block, address: Address) -> Line:
    number = address[-1]
    title = branch_name(block, number)
    line = _line(address, len(address) // 2, "branch", title, "")
    line["removable"] = block.join == "cat" and len(block.branches) > 2
    return line


def _of_item(outcome: Outcome, item: Item, address: Address) -> Line:
    kind = item.kind if isinstance(item, Layer) else item.join
    what = "layer" if isinstance(item, Layer) else "block"
    line = _line(address, len(address) // 2, what, say(KINDS[kind]), settings_text(item))
    line["name"] = item.name
    line["place"] = place(".".join(map(str, address)))
    if isinstance(item, Layer):
        line["fields"] = _fields(item, outcome.arriving.get(address))
    else:
        folded = _folded(outcome, item, address)
        line |= {"folded": folded, "join": item.join, "branches": len(item.branches)}
        line["about"] = say(ABOUT[item.join])
    problem = outcome.problem
    if address in outcome.rows:
        _count(line, outcome, address)
    elif problem is None or address != problem.address[: len(address)]:
        line["state"] = "unreached"
    elif address == problem.address:
        line["state"] = "broken"
        line["row"] = f"{problem.row}"
    return line


def _fields(layer: Layer, arriving: tuple[int, ...] | None) -> list[dict[str, Any]]:
    """The settings of a layer as fields to type into, or to choose from."""
    follows = {"stride": as_text(layer.settings.get("kernel_size"))}
    if layer.kind == "linear" and arriving is not None:
        follows["in_features"] = as_text(prod(arriving[1:]))
    return [
        {
            "name": name,
            "value": as_text(layer.settings[name]),
            "choices": [as_text(choice) for choice in one.choices],
            "empty": say(FOLLOWS, value=follows.get(name, "…")) if one.optional else "",
        }
        for name, one in SETTINGS[layer.kind].items()
    ]


def _count(line: Line, outcome: Outcome, address: Address) -> None:
    """Write into a line what its rows cost, and how the numbers of a single one come about."""
    first, last = outcome.rows[address]
    rows = outcome.trace.rows[first : last + 1]
    end = outcome.trace.rows[last]
    line["row"] = f"{first}" if first == last else f"{first}-{last}"
    line["shape"] = by(end.output_shape[1:])
    parameters, macs = (sum(getattr(row, name) for row in rows) for name in ("parameters", "macs"))
    line["parameters"], line["macs"] = (f"{n:,}" if n else "" for n in (parameters, macs))
    line["memory"] = in_bytes(sum(row.memory for row in rows))
    field = end.receptive_field
    line["field"] = "" if not field else by(field if len({*field}) > 1 else field[:1])
    line["share"] = round(parameters / max(1, outcome.trace.parameters), 4)
    line["formulas"] = _formulas(end if line["what"] == "block" else rows[-1])


def _formulas(row: Row) -> list[str]:
    return [text for text in (row.formula, row.parameter_formula) if text]
