"""The bytes of float32 numbers, and the wrong bytes of each misconception about units of memory."""

from __future__ import annotations

from cnnbook.exercises.questions import Values

FLOAT32 = 4  # bytes
_FLOAT16, _FLOAT64 = 2, 8
_MB, _MIB = 1000**2, 1024**2


def wrong_bytes(numbers: int) -> dict[str, Values | list[Values]]:
    """Return the answers of each misconception to the question how many bytes this many numbers take.

    Who takes MB and MiB for one unit writes the number of the one with the name of the other.

    >>> wrong_bytes(25_557_032)["mb-for-mib"]  # 102.2 MiB and 97.5 MB, where 102.2 MB and 97.5 MiB are right
    [107193961, 97492340]
    """
    right = FLOAT32 * numbers
    return {
        "numbers-as-bytes": numbers,
        "bytes-of-float16": _FLOAT16 * numbers,
        "bytes-of-float64": _FLOAT64 * numbers,
        "mb-for-mib": [right * _MIB // _MB, right * _MB // _MIB],
    }
