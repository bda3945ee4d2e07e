"""What runs in the browser: it hears the messages of all live elements of a page, and answers as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from cnnbook.exercises.words import _, say
from cnnbook.learner import record
from cnnbook.learner.record import Try, tries
from cnnbook.site.cores import Core, core, state_on_a_page
from cnnbook.site.errors import SiteError

_FAULT = _("Python could not do this: {error}.")
_REPLAY = "replay.jsonl"


class Worker:
    """The elements of a page that were used so far, and the learner's record, in a file of the browser's.

    Each request and each answer is a dict as JSON. An answer has "error", one line, if something went wrong.

    >>> worker = Worker()
    >>> request = {"do": "hear", "live": "1", "kind": "ask", "given": ["size.first"], "log": []}
    >>> heard = worker.answer(json.dumps({**request, "message": {"do": "check", "id": 0, "typed": ["3"]}}))
    >>> json.loads(heard)["traits"]["card"]["questions"][0]["said"]["outcome"]
    'correct'
    """

    def __init__(self) -> None:
        self._cores: dict[str, Core] = {}
        self._noted = len(tries())

    def answer(self, request: str) -> str:
        """Return the answer to a request."""
        try:
            return json.dumps(self._answer(json.loads(request)))
        except SiteError as error:
            return json.dumps({"error": f"{error}"[:1].upper() + f"{error}."[1:]})
        except Exception as error:  # whatever fails here is told at the element, and the page stays alive
            text = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            return json.dumps({"error": say(_FAULT, error=text.rstrip("."))})

    def _answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        match request["do"]:
            case "start":
                return self._start(request["record"])
            case "hear":
                return self._heard(request)
            case "due":
                from cnnbook.site.cards import due

                given = due(request["given"])
                live = core("practice", given)
                self._cores[request["live"]] = live
                return {"given": given, "state": state_on_a_page(live)}
            case "export":
                from cnnbook.classroom.answers_file import record_file

                return {"text": record_file(tries(), request.get("learner") or "")}
            case "import":
                return self._take(_tries_in(request["text"]))
            case "progress":
                from cnnbook.learner.progress import progress

                return {"html": progress().html(request.get("kinds") or "")}
            case other:
                raise ValueError(f"there is no request {other!r}")

    def _heard(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return what changed, the new lines of the record, and what makes a sketch again as it is now."""
        live = self._core(request)
        found: dict[str, Any] = {"traits": live.hear(request["message"]), "record": self._new_lines()}
        if request["kind"] == "sketch":
            from cnnbook.site.sketches import kept

            found["given"] = kept(live, request["given"])
        return found

    def _start(self, lines: str) -> dict[str, Any]:
        """Take over the record that the browser has kept."""
        file = Path(record.path())
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(lines, encoding="utf-8")
        self._noted = len(tries())
        return {"tries": self._noted}

    def _new_lines(self) -> list[str]:
        """Return the lines of the record that were noted since this was last asked for."""
        found = tries()
        new, self._noted = found[self._noted :], len(found)
        return _lines(new)

    def _take(self, taken: Sequence[Try]) -> dict[str, Any]:
        """Add the tries of a file to the record, each once, in the order of time; return the whole record."""
        own = tries()
        known = set(own)
        new = [one for one in dict.fromkeys(taken) if one not in known]
        merged = sorted([*own, *new], key=lambda one: one.when)
        text = "".join([f"{line}\n" for line in _lines(merged)])
        self._start(text)
        return {"record": text, "new": len(new)}

    def _core(self, request: Mapping[str, Any]) -> Core:
        """Return the core of an element; a new one hears again what it had heard when the page was left."""
        name = request["live"]
        if name not in self._cores:
            with _nothing_noted() if request["log"] else nullcontext():
                live = core(request["kind"], request["given"])
                for message in request["log"]:
                    live.hear(message)
            self._cores[name] = live
        return self._cores[name]


def _tries_in(text: str) -> list[Try]:
    from cnnbook.classroom.answers_file import NoRecordError, record_in

    try:
        return record_in(text)
    except NoRecordError as error:
        raise SiteError(str(error)) from None


def _lines(some: Sequence[Try]) -> list[str]:
    return [json.dumps(one._asdict()) for one in some]


@contextmanager
def _nothing_noted() -> Iterator[None]:
    """Let tries go into a copy of the record, which is thrown away."""
    own = Path(record.path())
    copy = own.with_name(_REPLAY)
    copy.write_bytes(own.read_bytes() if own.is_file() else b"")
    with record.kept_in(str(copy)):
        yield
    copy.unlink(missing_ok=True)
