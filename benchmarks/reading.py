"""Random strings as answers: nothing but a refusal may be raised, and none may take 50 ms of the processor.

python benchmarks/reading.py [strings, 100,000 unless told]
"""

import random
import sys
from contextlib import suppress
from time import process_time

from cnnbook.exercises.checking.reading import read
from cnnbook.exercises.checking.unreadable import UnreadableError
from cnnbook.exercises.forms import BYTES, COUNT, NUMBER, RANGE, SHAPE, SIZE
from cnnbook.exercises.kinds.stage_designs import STAGES

FORMS = (NUMBER, COUNT, BYTES, SIZE, SHAPE, RANGE, STAGES)
LIMIT = 0.05
# What answers are made of, what breaks parsers, and what takes long in some of them.
_SPLIT = r"""
6 28 3.5 1e3 1e999 007 ( ) [ ] , ; x × @ * ** / // % + - = : _ ' . .. ... < > <= floor( ceil( max( abs( int(
k M GMACs MiB bytes params c= h= w= H_out n \times \frac{ } { ⌊ ⌋ ² ⁹ ½ ﷺ $ ^ -> → and or by to not between
smallest largest stage 八 万 亿 十 ٣ ８ eight hundred twenty- torch.Size( np. __class__ lambda import 0x1F 1j
"""
_OTHERS = (" ", "\n", "\t", "\x00", "\u202e", "\u0300", "\ud800", "9" * 30, "1," * 20, "(" * 30, "1 " * 20)
PIECES = (*_SPLIT.split(), *_OTHERS)


def strings(count: int, seed: int = 0) -> list[str]:
    """Return random strings: half of pieces, a quarter of repeated pieces, a quarter of any characters."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        if number % 4 < 2:
            made.append("".join(chance.choices(PIECES, k=chance.randint(1, 7))))
        elif number % 4 == 2:
            repeated = "".join(chance.choices(PIECES, k=chance.randint(1, 3)))
            made.append((repeated * 300)[: chance.randint(1, 300)])
        else:
            made.append("".join(chr(chance.randint(1, 0x2FFF)) for _ in range(chance.randint(1, 40))))
    return made


def run(count: int) -> tuple[int, float, str]:
    """Return how many strings were read, the longest time, and the string that took it."""
    read_at_all, slowest, slow_text = 0, 0.0, ""
    for number, text in enumerate(strings(count)):
        start = process_time()
        with suppress(UnreadableError):
            read_at_all += read(text, FORMS[number % len(FORMS)]) is not None
        taken = process_time() - start
        if taken > slowest:
            slowest, slow_text = taken, text
    return read_at_all, slowest, slow_text


def main(count: int = 100_000) -> int:
    """Print the figures; return 1 if a string took too long."""
    read_at_all, slowest, slow_text = run(count)
    print(
        f"{count:,} strings, {read_at_all:,} read, the slowest in {1000 * slowest:.1f} ms: {slow_text[:60]!r}"
    )
    return int(slowest > LIMIT)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
