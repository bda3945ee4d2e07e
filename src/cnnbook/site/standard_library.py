"""The modules of Python's standard library that the engine holds; all others stay out, which halves its size.

Modules that are part of the interpreter itself, such as math and itertools, need not be named. A test fails
if a module of the package imports one that is missing here, and the build tries all of them.
"""

from __future__ import annotations

from typing import Final

# What Pyodide loads when it starts.
# fmt: off
START: Final = (
    "_collections_abc", "_colorize", "_opcode_metadata", "_py_warnings", "_sitebuiltins", "_ssl",
    "_weakrefset", "abc", "annotationlib", "ast", "asyncio", "asyncio.base_events",
    "asyncio.base_futures", "asyncio.base_subprocess", "asyncio.base_tasks", "asyncio.constants",
    "asyncio.coroutines", "asyncio.events", "asyncio.exceptions", "asyncio.format_helpers",
    "asyncio.futures", "asyncio.graph", "asyncio.locks", "asyncio.log", "asyncio.mixins",
    "asyncio.protocols", "asyncio.queues", "asyncio.runners", "asyncio.selector_events",
    "asyncio.sslproto", "asyncio.staggered", "asyncio.streams", "asyncio.subprocess",
    "asyncio.taskgroups", "asyncio.tasks", "asyncio.threads", "asyncio.timeouts", "asyncio.transports",
    "asyncio.trsock", "asyncio.unix_events", "base64", "bisect", "bz2", "codecs", "codeop",
    "collections", "compression", "compression._common", "compression._common._streams",
    "compression.zstd", "compression.zstd._zstdfile", "concurrent", "concurrent.futures",
    "concurrent.futures._base", "contextlib", "contextvars", "copy", "copyreg", "dataclasses", "dis",
    "encodings", "encodings.aliases", "encodings.utf_8", "enum", "fnmatch", "functools", "genericpath",
    "glob", "heapq", "importlib", "importlib._abc", "importlib._bootstrap",
    "importlib._bootstrap_external", "importlib.abc", "importlib.machinery", "importlib.util", "inspect",
    "io", "json", "json.decoder", "json.encoder", "json.scanner", "keyword", "linecache", "locale",
    "logging", "lzma", "ntpath", "opcode", "operator", "os", "pathlib", "pathlib._os", "posixpath",
    "random", "re", "re._casefix", "re._compiler", "re._constants", "re._parser", "reprlib", "selectors",
    "shutil", "signal", "site", "socket", "ssl", "stat", "string", "struct", "subprocess", "tempfile",
    "textwrap", "threading", "token", "tokenize", "traceback", "types", "typing", "warnings", "weakref",
    "zipfile", "zipfile._path", "zipfile._path.glob", "zipimport",
)
# fmt: on

# What the exercises load, some of it only when it is needed.
# fmt: off
COURSE: Final = (
    "__future__", "_strptime", "calendar", "csv", "datetime", "difflib", "encodings.ascii",
    "encodings.cp437", "fractions", "gettext", "gzip", "hmac", "html", "html.entities", "importlib.readers",
    "importlib.resources", "importlib.resources._adapters", "importlib.resources._common",
    "importlib.resources._functional", "importlib.resources._itertools", "importlib.resources.abc",
    "importlib.resources.readers", "numbers",
)
# fmt: on

# What a learner's function may well import.
# fmt: off
LEARNERS: Final = (
    "decimal", "pprint", "statistics",
)
# fmt: on

NAMES: Final = frozenset((*START, *COURSE, *LEARNERS))

# Packages of which all modules are kept: Pyodide's own.
WHOLE: Final = ("pyodide", "_pyodide", "_sysconfigdata")
