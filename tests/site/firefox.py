"""The system's Firefox without a window, driven over WebDriver BiDi, since Playwright cannot drive it."""

import itertools
import json
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager

from websocket import WebSocket, create_connection

PATIENCE = 120  # seconds for the start of Firefox, and for an answer of it
FAILURES = ("network.fetchError", "network.responseCompleted")

# Types an answer into the only box of an exercise, and returns what is said of it, once it is said.
ANSWER = """(async () => {
  const question = document.querySelector('[data-exercise="%s"]');
  for (const one of document.querySelectorAll('details')) one.open = true;
  const box = question.querySelector('[name]'), said = question.querySelector('.said');
  const before = said.textContent;
  box.focus();
  box.value = %s;
  box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  const until = performance.now() + 60000;
  while (said.textContent === before && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return `${said.dataset.outcome}: ${said.textContent}`;
})()"""


def firefox():
    """The path of the system's Firefox, None where there is none."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox:
    """One page of a Firefox, and the messages on its console and the requests that failed."""

    def __init__(self, connection: WebSocket):
        self._connection, self._numbers = connection, itertools.count(1)
        self.problems: list[str] = []
        self._do("session.new", capabilities={})
        self._do("session.subscribe", events=["log.entryAdded", *FAILURES])
        self._context = self._do("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, address):
        """Open a page, and wait until it is loaded."""
        self.problems.clear()
        self._do("browsingContext.navigate", context=self._context, url=address, wait="complete")

    def value(self, expression):
        """The value of an expression of JavaScript; a promise is waited for."""
        target = {"context": self._context}
        found = self._do("script.evaluate", expression=expression, target=target, awaitPromise=True)
        assert found["type"] == "success", found
        return found["result"].get("value")

    def answer(self, exercise, typed):
        """Answer an exercise with one box, and return the outcome and the words of the verdict."""
        return self.value(ANSWER % (exercise, json.dumps(typed))).split(": ", 1)

    def _do(self, method, **parameters):
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self._connection.recv())
            if told.get("id") == number:
                assert told["type"] == "success", told
                return told["result"]
            self._note(told.get("method"), told.get("params", {}))

    def _note(self, event, told):
        if event == "log.entryAdded" and told["level"] == "error":
            self.problems.append(f"console: {told['text']}")
        if event == "network.fetchError":
            self.problems.append(f"failed: {told['request']['url']}")
        if event == "network.responseCompleted" and told["response"]["status"] >= 400:
            self.problems.append(f"{told['response']['status']}: {told['request']['url']}")


@contextmanager
def started_firefox():
    """A Firefox with a profile of its own, that ends with the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [firefox(), "--headless", "--no-remote", "--profile", profile, f"--remote-debugging-port={port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            connection = _connected(f"ws://127.0.0.1:{port}/session")
            yield Firefox(connection)
            connection.close()
        finally:
            process.terminate()
            process.wait(30)


def _connected(address):
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return create_connection(address, timeout=PATIENCE, suppress_origin=True)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
