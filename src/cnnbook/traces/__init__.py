"""What a network did, as plain values: a `Row` for each operation, and a `Trace` for the whole forward pass.

Rows and traces hold no tensors and no modules, so they compare with ==, pickle, and go to JSON.
"""

from cnnbook.traces.operand import Operand
from cnnbook.traces.operations import Shape
from cnnbook.traces.records import Record
from cnnbook.traces.row import Row
from cnnbook.traces.trace import Trace

__all__ = ["Operand", "Record", "Row", "Shape", "Trace"]
