"""Plans drawn with a fixed seed: whole ones and broken ones, of every kind of layer, with nested branches."""

import random

from cnnbook.sketch import edits
from cnnbook.sketch.plan import Block, Layer, Plan, item_at, walk
from cnnbook.sketch.settings import ACTIVATIONS

KINDS = (
    "conv",
    "conv",
    "conv",
    "max_pool",
    "avg_pool",
    "batch_norm",
    "activation",
    "dropout",
    "response_norm",
)


def plan(seed):
    """A plan of 3 to 9 parts and, of two in three, a classifier; most of them run."""
    draw = random.Random(seed)
    shape = (draw.randint(1, 3), draw.randint(1, 5), draw.randint(9, 40), draw.randint(9, 40))
    items = [part(draw, 0) for _ in range(draw.randint(3, 9))]
    if draw.random() < 0.66:
        pool = Layer(draw.choice(["adaptive_avg_pool", "adaptive_max_pool"]), {"output_size": size(draw, 3)})
        items += [pool, Layer("flatten"), Layer("linear", {"out_features": draw.randint(1, 9)})]
    return Plan(tuple(items), shape)


def part(draw, depth):
    if depth < 2 and draw.random() < 0.25:
        join = draw.choice(["add", "cat"])
        count = 2 if join == "add" else draw.randint(2, 4)
        return Block(join, tuple([branch(draw, depth + 1) for _ in range(count)]))
    return layer(draw, draw.choice(KINDS))


def branch(draw, depth):
    """Layers that keep the size, and often end with as many channels as other branches, so that they meet."""
    parts = [part(draw, depth) for _ in range(draw.randint(0, 3))]
    kept = [keeping_size(one) if isinstance(one, Layer) and draw.random() < 0.95 else one for one in parts]
    if draw.random() < 0.6:
        kept.append(Layer("conv", {"out_channels": 6, "kernel_size": 3, "padding": "same"}))
    return tuple(kept)


def keeping_size(one):
    if one.kind == "conv":
        return Layer("conv", {**one.settings, "stride": 1, "padding": "same", "groups": 1})
    if one.kind.endswith("pool"):
        return Layer(one.kind, {"kernel_size": 3, "stride": 1, "padding": 1})
    return one


def layer(draw, kind):
    settings = {}
    if kind == "conv":
        kernel, dilation = draw.choice([1, 3, (1, 3), 2, 5]), draw.choice([1, 1, 2])
        settings = {
            "out_channels": draw.choice([4, 6, 6, 8, 12]),
            "kernel_size": kernel,
            "dilation": dilation,
        }
        padding = tuple(
            [dilation * (k - 1) // 2 for k in (kernel if isinstance(kernel, tuple) else (kernel,) * 2)]
        )
        settings |= {"padding": draw.choice([padding, padding, "same", 0]), "bias": draw.random() < 0.5}
        settings["groups"] = draw.choice([1, 1, 1, 1, 1, 2, 3])
        settings["stride"] = 1 if settings["padding"] == "same" else draw.choice([1, 1, 2, (2, 1)])
    elif kind.endswith("pool"):
        kernel = draw.choice([2, 3, (3, 2)])
        settings = {
            "kernel_size": kernel,
            "stride": draw.choice([None, 1, 2]),
            "ceil_mode": draw.random() < 0.3,
        }
        settings["padding"] = draw.choice([0, 1])
        if kind == "max_pool":
            settings["dilation"] = draw.choice([1, 1, 2])
    elif kind == "activation":
        settings = {"function": draw.choice([*ACTIVATIONS])}
    elif kind == "response_norm":
        settings = {"size": draw.randint(1, 5)}
    return Layer(kind, settings)


def size(draw, most):
    return draw.choice([draw.randint(1, most), (draw.randint(1, most), draw.randint(1, most))])


def edited(start, draw, count):
    """The plan after so many edits as the widget makes them."""
    for _ in range(count):
        places = [address for address, _ in walk(start.items)]
        if not places:
            return start
        at = draw.choice(places)
        item = item_at(start.items, at)
        what = draw.choice(["set", "set", "add", "remove", "move", "block"])
        if what == "set" and isinstance(item, Layer) and item.settings:
            fresh = layer(draw, item.kind) if item.kind in KINDS else item
            start = edits.with_settings(start, at, **fresh.settings)
        elif what == "add":
            start = edits.added(start, at, draw.choice([*edits.NEW]))
        elif what == "remove":
            start = edits.removed(start, at)
        elif what == "move":
            start, _ = edits.moved(start, at, draw.choice([-1, 1]))
        elif what == "block":
            start = edits.added(start, at, draw.choice(["add", "cat"]))
    return start
