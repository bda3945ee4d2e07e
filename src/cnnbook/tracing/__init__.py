"""The only room that runs a model: `trace` watches one forward pass over tensors without data.

A `TorchFunctionMode` sees every call of a torch function, and global module hooks tell which module is
running. Before each call every real tensor is replaced by one on the meta device. So no weight is read or
written, and the model needs no copy.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from cnnbook.traces import Shape, Trace
from cnnbook.tracing import failures
from cnnbook.tracing.capture import Capture, NeedsDataError, NeedsGradientsError, aside
from cnnbook.tracing.failures import FailedRun, Stopped, TraceError
from cnnbook.tracing.global_state import garbage_collection_paused
from cnnbook.tracing.input_errors import no_network, without_shape
from cnnbook.tracing.inputs import InputTensors, holds_input, values_note
from cnnbook.tracing.models import Network, network, prepared, run_uncompiled
from cnnbook.tracing.module_state import unchanged
from cnnbook.tracing.outputs import NOTHING_RETURNED, without_objects, without_tensors
from cnnbook.tracing.torch_calls import tensors
from cnnbook.tracing.unregistered import unregistered_notes

__all__ = ["TraceError", "trace"]


def trace(model: nn.Module, *inputs: Any, **keyword_inputs: Any) -> Trace:
    """Return the Trace of one forward pass: a Row for every operation, with shapes, parameters and MACs.

    `cnnbook.trace` is this function, and takes names of the catalogue too. Each input is a shape, batch
    axis first, such as `(1, 3, 224, 224)`, or a tensor, of which only shape and dtype are read; anything
    else is passed on as it is. The model runs in the mode (train or eval) it is in, on tensors without
    data. Its parameters, buffers, gradients, modes and hooks stay as they were, and so do all random
    numbers.

    Raises TraceError if the network cannot run on these inputs. The error has the rows that ran, and says
    which numbers disagree and what would work. Raises TypeError if `model` is no nn.Module.

    >>> from torch import nn
    >>> seen = trace(nn.Sequential(nn.Conv2d(3, 8, 5, stride=2), nn.Flatten()), (1, 3, 32, 20))
    >>> [row.output_shape for row in seen]
    [(1, 8, 14, 8), (1, 896)]
    >>> seen["0"].window.output_size((32, 20)), seen.parameters
    ((14, 8), 608)
    """
    with aside():
        if not isinstance(model, nn.Module):
            raise no_network(model, inputs)
        if not any(map(holds_input, (*inputs, *keyword_inputs.values()))):
            raise without_shape(getattr(model, "catalogue_name", None), inputs)
        ready = prepared(model, inputs, keyword_inputs)
        try:
            return _traced(ready, inputs, keyword_inputs)
        except Stopped as stopped:
            run = FailedRun(ready.model, inputs, keyword_inputs, _traced_again)
            raise failures.explain(run, stopped.trace, stopped.failure) from None


def _traced_again(model: nn.Module, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> Trace:
    return _traced(network(model), inputs, keywords)


def _traced(
    traced: Network, inputs: tuple[Any, ...], keywords: dict[str, Any], gradients: bool = False
) -> Trace:
    """Trace a network without data and gradients; if its forward pass needs one of them, again with it."""
    try:
        return _run(traced, inputs, keywords, gradients)
    except NeedsDataError as error:
        return _traced(traced._replace(why=str(error)), inputs, keywords, gradients)
    except NeedsGradientsError:
        return _traced(traced, inputs, keywords, gradients=True)


def _run(traced: Network, inputs: tuple[Any, ...], keywords: dict[str, Any], gradients: bool) -> Trace:
    """Trace a network without data; if it has a reason against that, on random numbers on the CPU."""
    model, modules, why = traced
    source = InputTensors(modules.values(), bool(why), gradients)
    given = [source.tensor(value) for value in inputs]
    named = {key: source.tensor(value) for key, value in keywords.items()}
    shapes = [tuple(tensor.shape) for tensor in source.made]
    note = values_note(source, why) if why else ""
    capture = Capture(traced, source, gradients)

    def unregistered() -> list[str]:
        return unregistered_notes(capture.modules, capture.unregistered)

    def trace_of(outputs: Any = None, *notes: str, stopped_at: str = "") -> Trace:
        return Trace(
            str(getattr(model, "catalogue_name", type(model).__name__)),
            shapes,
            capture.recorder.records,
            modules=capture.classes,
            outputs=capture.recorder.makers(outputs),
            output_shapes=[tuple(tensor.shape) for tensor in tensors(outputs)],
            training=getattr(model, "training", False),
            notes=[text for text in (note, *dict.fromkeys(capture.notes), *notes, *unregistered()) if text],
            parameters=sum(capture.recorder.sizes.values()),
            stopped_at=stopped_at,
        )

    with unchanged(capture.modules.values()):
        try:
            with run_uncompiled(), capture.watching(), garbage_collection_paused():
                returned = model(*given, **named)
        except (Exception, SystemExit) as error:
            failure = capture.failed(_as_exception(error))
            where = failure.path or failure.op or "forward"
            raise Stopped(trace_of(stopped_at=where), failure) from None
    if returned is None:
        return trace_of(None, NOTHING_RETURNED)
    outputs = returned if isinstance(returned, Tensor) else without_objects(returned)
    results = capture.meta_tensors.current(tensors(outputs))
    if not results:
        return trace_of(None, without_tensors(returned))
    if capture.recorder.finish(results, capture.stack[0]):
        return trace_of(
            results, "what forward returned was made where torch cannot be watched, or without the inputs"
        )
    return trace_of(results, *_batch_notes(capture, results, shapes[0]))


def _as_exception(error: BaseException) -> Exception:
    """The error itself; in place of SystemExit, which would end the program, an error that says so."""
    if isinstance(error, Exception):
        return error
    code = error.code if isinstance(error, SystemExit) else None
    return RuntimeError(
        f"forward ended the program, by sys.exit({'' if code is None else repr(code)})"
    ).with_traceback(error.__traceback__)


def _batch_notes(capture: Capture, outputs: Any, shape: Shape) -> list[str]:
    """Put notes on the rows that mixed the batch with another axis, took it for channels or broadcast it."""
    if len(shape) < 2:
        return []
    made, records = capture.recorder.makers(outputs), capture.recorder.records
    folded = failures.folded_batch(records, made[0], shape[0]) if made else None
    read, loss = failures.batch_read_as_channels(records, shape[0]), failures.broadcast_loss(records)
    notes = [found for found in (folded, read, loss) if found]
    for index, note in notes:
        records[index] = records[index]._replace(note=note)
    return [note for _, note in notes]
