"""Tracing beside its peers, interleaved in one run; growth, cold processes and peak memory apart.

    uv run --group peers python benchmarks/trace.py            # everything, about ten minutes on two cores
    uv run --group peers python benchmarks/trace.py resnet50   # some networks only
    uv run --group peers python benchmarks/trace.py --chains   # growth with depth
    uv run --group peers python benchmarks/trace.py --cold     # whole processes: seconds and peak memory
    OMP_NUM_THREADS=1 uv run --group peers python benchmarks/trace.py --networks --processor

With --processor it is processor time that counts, which other work on the machine lengthens less.
Each round runs every tool once, so that a slow moment of the machine meets all of them alike.
"""

from __future__ import annotations

import gc
import math
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable

NETWORKS = ("resnet18", "resnet50", "resnet152", "inception_v3", "vgg16", "densenet121", "mobilenet_v3_large")
CHAINS = (100, 300, 1000, 3000)
ROUNDS = 7
clock = time.process_time if "--processor" in sys.argv else time.perf_counter


def peers(meta: object, cpu: object, shape: tuple[int, ...]) -> dict[str, Callable[[], object]]:
    """Each tool as a function without arguments, by name."""
    import torch
    import torchinfo
    import torchview
    from torch.fx import symbolic_trace
    from torch.fx.passes.shape_prop import ShapeProp

    from cnnbook import trace

    x = torch.empty(shape, device="meta")

    def forward() -> object:
        with torch.no_grad():
            return meta(x)

    def shape_prop() -> object:
        graph = symbolic_trace(meta)
        with torch.no_grad():
            return ShapeProp(graph).propagate(x)

    tools = {
        "plain meta forward": forward,
        "cnnbook (meta)": lambda: trace(meta, shape),
        "cnnbook (meta), rows made": lambda: trace(meta, shape).rows,
        "torchinfo (meta)": lambda: torchinfo.summary(meta, input_size=shape, device="meta", verbose=0),
        "torchview (meta)": lambda: torchview.draw_graph(meta, input_size=shape, device="meta"),
        "fx ShapeProp (meta)": shape_prop,
    }
    if cpu is not None:
        tools["cnnbook (CPU)"] = lambda: trace(cpu, shape)
        tools["torchinfo (default)"] = lambda: torchinfo.summary(
            cpu, input_size=shape, device="cpu", verbose=0
        )
    return tools


def measure(tools: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median milliseconds of each tool over interleaved rounds after a first; inf where it fails."""
    times: dict[str, list[float]] = {name: [] for name in tools}
    for _ in range(rounds + 1):
        for name, tool in tools.items():
            gc.collect()
            start = clock()
            try:
                tool()
            except Exception:
                times[name].append(math.inf)
            else:
                times[name].append(clock() - start)
    return {name: 1000 * statistics.median(runs[1:]) for name, runs in times.items()}


def show(title: str, result: dict[str, float]) -> None:
    ours = result["cnnbook (meta)"]
    print(f"\n{title}")
    for name, ms in result.items():
        text = f"{ms:10.2f} ms   {ms / ours:7.2f} × cnnbook (meta)" if ms < math.inf else "    fails"
        print(f"  {name:28}{text}")


def chain(length: int) -> object:
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.bn = nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + torch.relu(self.bn(self.conv(x)))

    return nn.Sequential(*[Block() for _ in range(length)]).eval()


def networks_beside_peers(names: list[str]) -> None:
    from cnnbook import networks

    for name in names:
        shape = networks.info(name).input_shape
        show(name, measure(peers(networks.build(name, device="meta"), networks.build(name), shape)))


def growth() -> None:
    import copy

    medians: dict[str, list[float]] = {}
    for length in CHAINS:
        cpu = chain(length)
        tools = peers(copy.deepcopy(cpu).to("meta"), cpu, (1, 8, 16, 16))
        result = measure(tools, 5 if length < 1000 else 3)
        show(f"chain of {length} residual layers", result)
        for tool, ms in result.items():
            medians.setdefault(tool, []).append(ms)
    print(f"\nslope of log(time) over log(length), {CHAINS[0]} to {CHAINS[-1]}")
    xs = [math.log(n) for n in CHAINS]
    for tool, values in medians.items():
        if max(values) < math.inf:
            print(f"  {tool:28}{statistics.linear_regression(xs, [math.log(v) for v in values]).slope:7.3f}")


COLD = {
    "import torch, torchvision": "import torch, torchvision",
    "model alone": "from cnnbook import networks; m = networks.build('{name}')",
    "cnnbook": "from cnnbook import networks, trace; m = networks.build('{name}'); trace(m, {shape}).rows",
    "cnnbook, built without weights": (
        "from cnnbook import networks, trace; trace(networks.build('{name}', device='meta'), {shape}).rows"
    ),
    "torchinfo (meta)": (
        "import torchinfo; from cnnbook import networks; m = networks.build('{name}'); "
        "torchinfo.summary(m.to('meta'), input_size={shape}, device='meta', verbose=0)"
    ),
    "torchinfo (default)": (
        "import torchinfo; from cnnbook import networks; m = networks.build('{name}'); "
        "torchinfo.summary(m, input_size={shape}, verbose=0)"
    ),
}


def cold(names: list[str]) -> None:
    from cnnbook import networks

    for name in names:
        print(f"\n{name}: a process of its own")
        for label, code in COLD.items():
            text = code.format(name=name, shape=networks.info(name).input_shape)
            runs = []
            for _ in range(5):
                start = time.perf_counter()
                report = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
                done = subprocess.run(
                    [sys.executable, "-c", f"{text}\n{report}"], capture_output=True, text=True
                )
                runs.append((time.perf_counter() - start, int(done.stdout.split()[-1]) / 1024))
            seconds, megabytes = (statistics.median(values) for values in zip(*runs, strict=True))
            print(f"  {label:32}{seconds:7.2f} s  {megabytes:8.0f} MB at its peak")


def main() -> None:
    warnings.simplefilter("ignore")
    chosen = [name for name in sys.argv[1:] if not name.startswith("-")]
    everything = len(sys.argv) == 1
    if everything or "--networks" in sys.argv or (chosen and "--cold" not in sys.argv):
        networks_beside_peers(chosen or list(NETWORKS))
    if everything or "--chains" in sys.argv:
        growth()
    if everything or "--cold" in sys.argv:
        cold(chosen or ["resnet50", "vgg16"])
    print(f"\npeak memory of this run {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
