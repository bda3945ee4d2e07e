"""A graph that answers: HTML in which a box tells its formula, lights its rows, and opens and closes.

One text with everything in it: the drawing of each depth, the table of the trace, a style sheet and a
script. It needs neither a kernel nor a server, and without the script it is still the drawing and the table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from cnnbook.graphs import folding, insides, labels, live_svg, live_words
from cnnbook.graphs.notation import Notation
from cnnbook.graphs.plans import Plan, Step
from cnnbook.graphs.stops import Stopped
from cnnbook.traces import Trace

if TYPE_CHECKING:
    from cnnbook.graphs.graph import Graph

MOST_BOXES = 120
"""A depth that needs more boxes is not drawn beforehand, unless it is the one that was asked for."""


@dataclass(frozen=True)
class Live:
    """What a live graph is made of: the trace, the plan shown first, and how a plan is drawn."""

    trace: Trace
    plan: Plan
    fold: bool
    draw: Callable[[Plan], Graph]
    notation: Notation
    stopped: Stopped | None = None

    @cached_property
    def plans(self) -> list[Plan]:
        """A plan for each depth there is, the given one among them."""
        found: list[Plan] = []
        for plan in folding.plans(self.trace, fold=self.fold):
            chosen = plan if plan.items != self.plan.items else self.plan
            if chosen is self.plan or len(plan.steps) <= MOST_BOXES:
                found.append(chosen)
        return found if self.plan in found else [*found, self.plan]

    @cached_property
    def html(self) -> str:
        """The graph and its table, as HTML for a part of a page."""
        figures = "".join(
            f"<figure style='margin:0'{'' if plan is self.plan else ' hidden'}>{self._svg(plan)}</figure>"
            for plan in self.plans
        )
        templates = "".join(self._template(*one) for one in self._insides.items())
        ran = self.stopped.ran if self.stopped else self.trace
        body = (
            f"{self._bar()}<div class='told{' stop' * bool(self.stopped)}' role=status>{self._told()}</div>"
            f"<div class=halves><div class=drawing>{figures}{templates}</div>"
            f"<div class=table>{ran.to_html()}</div></div>"
        )
        data = {
            "rows": {row.index: live_words.of_row(row) for row in ran.rows},
            "stopped": bool(self.stopped),
            "blocks": {
                name: [inside.plan.items[0].path, inside.rows[0].index, inside.rows[-1].index]
                for name, inside in self._insides.items()
            },
            "upright": not self.notation.left_to_right,
            "words": {
                "open": live_words.OPEN_BLOCK,
                "close": live_words.CLOSE_BLOCK,
                "changed": live_words.CHANGED,
            },
        }
        # "</" would end the script.
        values = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        name = hashlib.sha256(f"{figures}{templates}{values}".encode()).hexdigest()[:12]
        blocks = f"({_script('live_blocks.js')})({_script('live_stretch.js')})"
        arguments = ",".join([json.dumps(name), values, blocks, _script("live_panel.js")])
        return (
            f"<div class=cnnbook-live data-graph={name}><style>{_asset('live.css')}</style>{body}"
            f"<script>({_script('live.js')})({arguments})</script></div>"
        )

    def page(self, title: str) -> str:
        """The graph as a page of its own, which asks for nothing from outside."""
        return (
            "<!doctype html>\n<html lang=en><head><meta charset=utf-8>"
            "<meta name=viewport content='width=device-width, initial-scale=1'>"
            "<meta name=color-scheme content='light dark'>"
            f"<title>{escape(title)}</title></head><body style='margin:0.6rem'>{self.html}</body></html>\n"
        )

    def _bar(self) -> str:
        find = f"<label>{escape(live_words.FIND)} <input type=search></label><output class=found></output>"
        if len(self.plans) < 2:
            return f"<div class=bar>{find}</div>"
        at, count = self.plans.index(self.plan) + 1, len(self.plans)
        return (
            f"<div class=bar>{find}<label>{escape(live_words.DEPTH)}"
            f"<input type=range min=1 max={count} value={at}></label>"
            f"<output class=depth>{at} / {count}</output>"
            f"<button type=button data-by=-1 aria-label='{escape(live_words.CLOSE)}'>−</button>"
            f"<button type=button data-by=1 aria-label='{escape(live_words.OPEN)}'>+</button></div>"
        )

    def _told(self) -> str:
        return escape(self.stopped.words if self.stopped else live_words.HELP)

    def _svg(self, plan: Plan) -> str:
        """The drawing of one depth; each box says which rows it stands for."""
        graph = self.draw(plan)
        svg = live_svg.fitted(live_svg.short(graph.svg(lambda raw: self._named(raw, plan))))
        gutters = graph.sheets.screen.gutters if graph.sheets else ()
        return svg.replace("<svg ", f'<svg data-gutters="{_numbers(gutters)}" ', 1)

    @cached_property
    def _insides(self) -> dict[str, insides.Inside]:
        """The inside of each block that can be opened, by what the block is called in a drawing."""
        plans = folding.insides(self.trace) if self.fold else []
        small = [inside for inside in plans if len(inside.steps) <= MOST_BOXES]
        return {
            live_svg.block_id(inside.plan.items[0]): inside
            for inside in insides.drawn(small, self.notation, self.stopped)
        }

    def _template(self, name: str, inside: insides.Inside) -> str:
        """The inside of a block, which the script puts where the block is opened."""
        places = (("entry", inside.entry), ("exit", inside.exit))
        ends = "".join(f' data-{end}="{_numbers(place)}"' for end, place in places if place)
        fork = " data-fork" if inside.at_a_fork else ""
        svg = live_svg.short(self._named(inside.svg[inside.svg.index("<svg") :], inside.plan))
        return f'<template data-of="{name}"{ends}{fork}>{svg}</template>'

    def _named(self, svg: str, plan: Plan) -> str:
        copies: dict[int, list[int]] = {}
        for row, drawn in plan.same_as.items():
            copies.setdefault(drawn, []).append(row)
        return live_svg.named(svg, plan, {f"n{step.number}": self._box(step, copies) for step in plan.steps})

    def _box(self, step: Step, copies: dict[int, list[int]]) -> dict[str, str]:
        own = [row.index for row in step.rows]
        stops = self.stopped is not None and self.stopped.row in step.rows
        others = sorted({row for index in own for row in copies.get(index, ())} - {*own})
        told = self.stopped.words if self.stopped and stops else live_words.of_box(step)
        return {
            "data-rows": f"{_ranges(own)} {_ranges(others)}".strip(),
            "data-own": str(len(own)),
            "data-name": step.path or labels.name(step),
            "aria-label": live_words.label(step),
            **({"data-block": live_svg.block_id(step)} if step.inside and step.module else {}),
            **({"data-told": told} if told else {}),
            **({"data-stop": ""} if stops else {}),
        }


def _numbers(values: Sequence[float]) -> str:
    return " ".join(f"{value:.1f}" for value in values)


def _ranges(rows: list[int]) -> str:
    """Row numbers in short: "3-5 9"."""
    parts: list[list[int]] = []
    for row in rows:
        if parts and parts[-1][-1] == row - 1:
            parts[-1] = [parts[-1][0], row]
        else:
            parts.append([row])
    return " ".join("-".join(map(str, part)) for part in parts)


def _asset(name: str) -> str:
    return files("cnnbook.graphs").joinpath(name).read_text(encoding="utf-8").strip()


def _script(name: str) -> str:
    """A script without its indentation and its comments, which stand on lines of their own."""
    lines = [line.strip() for line in _asset(name).splitlines()]
    return "\n".join(line for line in lines if line and not line.startswith("//"))
