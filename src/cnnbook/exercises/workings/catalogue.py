"""The worked solution of any question that has one."""

from __future__ import annotations

from functools import singledispatch

from cnnbook.exercises.kinds.concatenation import Concatenation
from cnnbook.exercises.kinds.linear_features import LinearFeatures
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.parameters import ConvParameters, DenseParameters
from cnnbook.exercises.kinds.receptive_fields import ReceptiveFieldSize
from cnnbook.exercises.kinds.windows import WindowQuestion
from cnnbook.exercises.questions import Question
from cnnbook.exercises.workings import chains, counts, windows
from cnnbook.exercises.workings.working import Working


@singledispatch
def working_of(question: Question) -> Working | None:
    """Return the worked solution of a question; None if nobody has written down its steps.

    >>> from cnnbook.exercises.chapters import find
    >>> for line in working_of(find("size.padded")).lines("padding-once"):
    ...     print(line.text)
    Size with the padding: 10 + 2 = 12
    Steps after the first window: 12 - 7 = 5
    Windows, the first one included: 5 + 1 = 6
    """
    return None


working_of.register(WindowQuestion, windows.window_working)
working_of.register(ConvParameters, counts.conv_working)
working_of.register(DenseParameters, counts.dense_working)
working_of.register(ConvMacs, counts.macs_working)
working_of.register(Concatenation, counts.concatenation_working)
working_of.register(LinearFeatures, chains.linear_working)
working_of.register(ReceptiveFieldSize, chains.field_working)
