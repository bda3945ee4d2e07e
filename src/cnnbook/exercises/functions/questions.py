"""Questions that are answered by something that runs: what it is tried on, and what would be right."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from inspect import signature
from typing import Any, ClassVar, NamedTuple
from zlib import crc32

from cnnbook.exercises.forms import Answer, Form
from cnnbook.exercises.functions.given import Made, as_lists, shown_argument
from cnnbook.exercises.functions.results import (
    Result,
    UnfitError,
    first_difference,
    kind_of,
    number_maps,
    shape_of,
    whole_number,
)
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _, say

Function = Callable[..., object]

_SHAPES = _("On {on} it gives the shape {given}; {source} {right}.")
_EMPTY = _("On {on} it gives a map without a single number; {source} the shape {right}.")
_PLACES = _(
    "On {on} it gives {given} in channel {channel}, row {row}, column {column}; {source} {right} there."
)
_NUMBERS = _("On {on} it gives {given}; {source} {right}.")
_NO_FIRST_AXIS = _("The result has rows and columns only. Which axis comes before them, and how long is it?")
_OTHER_ORDER = _("The shape has the right numbers in another order. Which axis comes first, and which last?")
_SQUARE = _("The result has as many columns as rows. From which side of the maps are the columns counted?")
_NO_FUNCTION = _("A function is wanted here, {signature}, not {kind}.")
_TYPED = _("This is not answered by numbers: hand over {example} in a notebook.")
_SIGNATURE = _("Your function cannot be called as {signature}: {error}.")
_EXAMPLE = _("The first example: {example}.")
_WRONG_EXAMPLE = _("The first example that goes wrong: {example}.")
_LONGEST_EXAMPLE = 300  # characters; nobody works through more numbers on paper
_NOT_OWN = _("That function is {package}'s. Write one of your own, {signature}.")


class Probe(NamedTuple):
    """What an answer is tried on: the arguments, and the values that name the probe in words."""

    arguments: tuple[Any, ...]
    values: Mapping[str, object]


@dataclass(frozen=True)
class ProbedQuestion(Question):
    """A question that is answered by something that runs: a function, a network, a kernel.

    The answer is run on `probes`, from simple to telling, and only ever in the learner's own kernel. Its
    results are compared with those of `right`, and with those of the answers in `wrong`, which misconceptions
    lead to. The probes must tell all these apart. `on` names a probe in words, and `solution` says how it is
    done; its lines of code begin with four spaces. `advice` says what would work if the message of an
    exception has a certain part.

    So that records and reports can treat it as any other answer, the `key` is one number: a checksum of the
    right results. The answers of misconceptions are such numbers too.
    """

    form_name: ClassVar[str] = "function"
    asserts: ClassVar[bool] = (
        True  # whether agreement with one misconception on all probes is evidence enough
    )
    takes_tensors: ClassVar[bool] = False
    needs_torch: ClassVar[bool] = False  # whether nothing but PyTorch's own objects can be an answer
    blank: ClassVar[str] = _("Write {signature} first: so far it returns nothing (None).")
    right_each_time: ClassVar[str] = _("Tried {count} times, from {first} to {last}: right each time.")
    source: ClassVar[str] = _("PyTorch gives")
    one_number: ClassVar[str] = _("On {on} it gives a single number; {source} maps of the shape {right}.")
    signature: str
    right: Any
    probes: tuple[Probe, ...]
    on: str
    wrong: Mapping[str, Any] = field(default_factory=dict)
    solution: str = ""
    advice: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        """Make all misconceptions targets: the probes tell them apart."""
        object.__setattr__(self, "targets", tuple(self.wrong))

    @abstractmethod
    def prepared(self, answer: object) -> Function:
        """Return the function that gives a result for the arguments of a probe.

        Raises UnfitError for what is no answer to this question.
        """

    @abstractmethod
    def read(self, value: object) -> Result:
        """Return a result as a plain value. Raises UnfitError for a value of the wrong type."""

    def arguments(self, probe: Probe, made: Made = as_lists) -> tuple[Any, ...]:
        """Return fresh arguments, which the learner's code may change."""
        return deepcopy(probe.arguments)

    def example(self, at: int = 0) -> str:
        """A probe with its numbers, for a hint that asks to work through it; empty if it has none.

        It is the first one, or the first that goes wrong, if that is another.
        """
        return ""

    def cause(self, answer: Any, at: int) -> str:
        """Return in words why an answer raises an exception on a probe, if more is known than its message."""
        return ""

    def about_result(self, at: int, given: Result, results: tuple[Result, ...]) -> str:
        """Return a question about a wrong result, one of all that there are; empty if it tells nothing.

        Here it is about its shape.
        """
        right, own = shape_of(self.right_results[at]), shape_of(given)
        if len(right) != 3 or own == right:
            return ""
        if own == right[1:]:
            return say(_NO_FIRST_AXIS)
        if sorted(own) == sorted(right):
            return say(_OTHER_ORDER)
        square = len(own) == 3 and own[1] == own[2] and right[1] != right[2]
        return say(_SQUARE) if square and own[:2] == right[:2] else ""

    def on_the_way(self, at: int = 0) -> str:
        """The question about a value on the way, with the numbers of the example that it is asked about."""
        return "\n".join(filter(None, (self.say(self.wording.ask), self.example(at))))

    @property
    def name(self) -> str:
        """The name of what is to be made, such as "my_pool"."""
        return self.signature.partition("(")[0]

    @property
    def stub(self) -> str:
        """The lines that a learner begins with, where the answer is written in place of being handed over."""
        return f"{self.name} = []"

    @property
    def form(self) -> Form:
        """The form of the answer: it has no numbers."""
        return Form(self.form_name, (), self.name, _TYPED, ())

    @property
    def parameters(self) -> dict[str, Any]:
        """None: the question is always the same."""
        return {}

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the signature, and the name in it."""
        return {"signature": self.signature, "name": self.name}

    @cached_property
    def right_results(self) -> tuple[Result, ...]:
        """The right result on each probe."""
        return self.results_of(self.right)

    def results_of(self, answer: Any) -> tuple[Result, ...]:
        """Return the results of one of the course's own answers on all probes."""
        function = self.prepared(answer)
        return tuple(self.read(function(*deepcopy(probe.arguments))) for probe in self.probes)

    @cached_property
    def wrong_results(self) -> dict[str, tuple[Result, ...]]:
        """The results that each misconception leads to."""
        return {name: self.results_of(answer) for name, answer in self.wrong.items()}

    @property
    def wrong_answers(self) -> tuple[object, ...]:
        """The answers of misconceptions, as a learner would hand them over."""
        return tuple(self.wrong.values())

    def explaining(self, results: tuple[Result, ...], answer: object) -> tuple[str, ...]:
        """Return the misconceptions whose answers agree with these results on all probes."""
        return tuple(name for name, own in self.wrong_results.items() if own == results)

    @property
    def key(self) -> Answer:
        """The checksum of the right results."""
        return checksum(self.right_results)

    def slips(self) -> Iterator[Slip]:
        """Yield the checksums of the results that misconceptions lead to."""
        for name, results in self.wrong_results.items():
            yield Slip((name,), checksum(results))

    def probe_named(self, at: int) -> str:
        """Return the name of a probe in words, such as "7 rows, kernel 2, stride 2"."""
        return say(self.on, **self.probes[at].values)

    def difference(self, at: int, given: Result) -> str:
        """Return what is given on a probe and what would be right."""
        right = self.right_results[at]
        values: dict[str, object] = {"on": self.probe_named(at), "source": say(self.source)}
        if not isinstance(right, tuple):
            return say(_NUMBERS, given=given, right=right, **values)
        if not isinstance(given, tuple):
            return say(self.one_number, right=str(shape_of(right)), **values)
        if 0 in shape_of(given):
            return say(_EMPTY, right=str(shape_of(right)), **values)
        if shape_of(given) != shape_of(right):
            return say(_SHAPES, given=str(shape_of(given)), right=str(shape_of(right)), **values)
        (channel, row, column), number, wanted = first_difference(given, right)
        place = {"channel": channel, "row": row, "column": column}
        return say(_PLACES, given=number, right=wanted, **place, **values)


def checksum(results: Sequence[object]) -> Answer:
    """Return a short number that stands for these results in a record."""
    return (crc32(repr(tuple(results)).encode()),)


@dataclass(frozen=True)
class FunctionQuestion(ProbedQuestion):
    """Write a function that returns a whole number."""

    class_words: ClassVar[Words] = Words(
        ask=_("Take the first example, and do on paper what your function does, one line at a time.")
    )

    def prepared(self, answer: object) -> Function:
        """Return the function itself.

        Raises UnfitError for what cannot be called, a library's own function, and another signature.
        """
        if not callable(answer):
            raise UnfitError(say(_NO_FUNCTION, signature=self.signature, kind=kind_of(answer)))
        package = str(getattr(answer, "__module__", "")).partition(".")[0]
        if package in ("torch", "numpy"):
            raise UnfitError(say(_NOT_OWN, package=package, signature=self.signature))
        try:
            signature(answer).bind(*self.probes[0].arguments)
        except TypeError as error:
            raise UnfitError(say(_SIGNATURE, signature=self.signature, error=str(error))) from None
        except ValueError:
            pass  # a function that is not written in Python may have no signature to look at
        return answer

    @property
    def stub(self) -> str:
        """The first line of the function, and three dots in place of the others."""
        return f"def {self.signature}:\n    ..."

    def example(self, at: int = 0) -> str:
        """The arguments of a probe under their names in the signature."""
        names = self.signature.partition("(")[2].rstrip(")").split(", ")
        pairs = zip(names, self.probes[at].arguments, strict=True)
        example = ", ".join(f"{name} = {shown_argument(value)}" for name, value in pairs)
        if at and len(example) > _LONGEST_EXAMPLE:
            return ""
        return say(_WRONG_EXAMPLE if at else _EXAMPLE, example=example)

    def read(self, value: object) -> Result:
        """Return the whole number."""
        return whole_number(value)


@dataclass(frozen=True)
class TensorQuestion(FunctionQuestion):
    """Write a function that is given tensors, or the same numbers as arrays or as nested lists.

    `numbers` is the type of the numbers in a tensor, "" for whatever the lists hold. `given.ways` says when a
    function is given what.
    """

    takes_tensors: ClassVar[bool] = True
    numbers: ClassVar[str] = "float32"

    def arguments(self, probe: Probe, made: Made = as_lists) -> tuple[Any, ...]:
        """Return fresh arguments, the lists among them as `made` makes them."""
        fresh = deepcopy(probe.arguments)
        return tuple(made(one, self.numbers) if isinstance(one, list) else one for one in fresh)


@dataclass(frozen=True)
class MapsQuestion(TensorQuestion):
    """Write a function that returns maps of numbers, shaped (channels, height, width)."""

    def read(self, value: object) -> Result:
        """Return the maps as nested tuples."""
        return number_maps(value)
