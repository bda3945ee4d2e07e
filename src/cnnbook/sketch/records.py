"""A plan as plain data, which goes to JSON and comes back as the same plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cnnbook.sketch.plan import Block, Item, Layer, Plan


def record_of_plan(plan: Plan) -> dict[str, Any]:
    """Return a plan as lists, dicts, text and numbers.

    >>> from cnnbook.sketch.layers import conv
    >>> plan = Plan((conv(8, (1, 7)),), (1, 3, 9, 9))
    >>> plan_of_record(record_of_plan(plan)) == plan
    True
    """
    layers = [_record(item) for item in plan.items]
    return {"layers": layers, "input_shape": [*plan.input_shape], "name": plan.name, "note": plan.note}


def plan_of_record(record: object) -> Plan | list[Item]:
    """Return the plan of a record; of a list of records of layers, the layers.

    Raises TypeError for anything else, and GeometryError for a setting that no layer has.
    """
    if isinstance(record, Plan):
        return record
    if isinstance(record, Mapping) and "layers" in record:
        rest = {name: value for name, value in record.items() if name != "layers"}
        return Plan(tuple(_items(record["layers"])), **rest)
    return _items(record)


def _record(item: Item) -> dict[str, Any]:
    if isinstance(item, Block):
        branches = [[_record(one) for one in branch] for branch in item.branches]
        return {"join": item.join, "branches": branches, "name": item.name, "folded": item.folded}
    return {"kind": item.kind, "settings": dict(item.settings), "name": item.name}


def _items(records: object) -> list[Item]:
    if isinstance(records, str) or not isinstance(records, Sequence):
        raise TypeError(f"{records!r:.60} is no list of layers")
    return [_item(one) for one in records]


def _item(record: object) -> Item:
    if isinstance(record, Layer | Block):
        return record
    if not isinstance(record, Mapping) or not record.keys() & {"join", "kind"}:
        raise TypeError(f"{record!r:.60} is no record of a layer, such as {{'kind': 'activation'}}")
    given: dict[str, Any] = dict(record)
    if "join" in given:
        branches = tuple([tuple(_items(branch)) for branch in given.pop("branches", ())])
        return Block(given.pop("join"), branches, **given)
    settings = given.pop("settings", {})
    # JSON has lists where settings have a pair.
    pairs = {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}
    return Layer(given.pop("kind"), pairs, **given)
