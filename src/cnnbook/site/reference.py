"""The reference pages, made from what the package knows: its functions, exercises and misconceptions."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import cnnbook
from cnnbook.exercises.chapters import CHAPTERS, exercises_of, names
from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.exercises.misconceptions.misconception import EXPECTED, ISSUES, QUIZ
from cnnbook.site.markdown import block, plain

# What is documented besides the names that `import cnnbook` has.
_MODULES = {
    "Networks by name": ("networks", ("names", "info", "build")),
    "The explorer": ("widgets", ("ConvolutionExplorer",)),
    "The network sketch": ("widgets", ("NetworkSketch",)),
    "Layers of a sketch": (
        "sketch",
        ("conv", "max_pool", "avg_pool", "relu", "batch_norm", "dropout", "flatten", "linear", "add", "cat"),
    ),
    "Training": ("training", ("fashion", "fit", "accuracy", "scores", "pieces")),
}


def pages(chapters: Mapping[str, str], asked_on: Mapping[str, str]) -> dict[str, str]:
    """Return the Markdown of each page by its name.

    `chapters` has the title of each chapter of exercises, and `asked_on` the page that asks an exercise.
    """
    return {
        "reference/api": _api(),
        "reference/exercises": _exercises(chapters, asked_on),
        "reference/misconceptions": _misconceptions(asked_on),
        "reference/errata": _errata(asked_on),
    }


def _api() -> str:
    parts = ["# The functions and classes", "What `import cnnbook` has, then what the chapters use besides."]
    own = [name for name in cnnbook.__all__ if not name.startswith("_") and name != "networks"]
    parts += ["## cnnbook", *[_documented("cnnbook", name) for name in own]]
    for title, (module, members) in _MODULES.items():
        parts.append(f"## {title}")
        parts += [_documented(f"cnnbook.{module}", name) for name in members]
    return "\n\n".join(parts) + "\n"


def _documented(module: str, name: str) -> str:
    """Return the directive that takes the words from the docstring; a class begins with a capital letter."""
    kind = "autoclass" if name[0].isupper() else "autofunction"
    members = "\n   :members:" if name[0].isupper() and not name.endswith("Error") else ""
    return f"```{{eval-rst}}\n.. {kind}:: {module}.{name}{members}\n```"


def _exercises(chapters: Mapping[str, str], asked_on: Mapping[str, str]) -> str:
    parts = [
        "# The exercises",
        f"All {len(names())} exercises of the chapters, by their ids: in JupyterLab "
        '`ask("size.first")` asks one, and a sheet for a class names them. A link leads to the place in the '
        "chapter that asks it. Those without one are kept for sheets and for practice.",
    ]
    for chapter in CHAPTERS:
        parts.append(f"## {chapters.get(chapter, chapter)}")
        for name, question in exercises_of(chapter).items():
            shows = ", ".join(f"[{target}](misconceptions.md#{target})" for target in question.targets)
            parts += [f"### {plain(name)}", block(question.prompt)]
            parts += ["  \n".join(filter(None, (_answer_it(name, asked_on), shows and f"Shows: {shows}.")))]
    return "\n\n".join(parts) + "\n"


def _misconceptions(asked_on: Mapping[str, str]) -> str:
    places = _diagnosed_by()
    parts = [
        "# The misconceptions",
        "Wrong rules that learners follow. Each is a formula in the package, so a wrong answer is compared "
        "with what each of them would give. No cause is named that cannot be known.",
    ]
    by_topic = sorted(MISCONCEPTIONS.items(), key=lambda item: item[1].topic)
    for topic, group in groupby(by_topic, key=lambda item: item[1].topic):
        parts.append(f"## {topic.capitalize()}")
        for name, one in group:
            asked = ", ".join(_linked(exercise, asked_on) for exercise in places.get(name, ()))
            parts += [
                f"### {name}",
                f"The belief: {plain(one.belief)}.",
                f"- Evidence: {plain(one.evidence)}.",
            ]
            parts[-1] += f"\n- Diagnosed by {asked}." if asked else "\n- Diagnosed in practice and quizzes."
    return "\n\n".join(parts) + "\n"


def _errata(asked_on: Mapping[str, str]) -> str:
    parts = [
        "# Errata",
        "Claims that stand in print, and what settles each of them. Chapter 9 puts some of them on trial. "
        "The answers are not printed here: each question is answered where its link leads, or by `cnnbook "
        "exercises`.",
        "## Claims on trial",
    ]
    for name, question in exercises_of("errata").items():
        parts += [f"### {plain(name)}", block(question.prompt), _answer_it(name, asked_on)]
    parts += ["## Beliefs that come from print", "Misconceptions whose evidence is published text or code."]
    elsewhere = {ISSUES, QUIZ, EXPECTED}
    printed = [(name, one) for name, one in MISCONCEPTIONS.items() if one.evidence not in elsewhere]
    for evidence, group in groupby(
        sorted(printed, key=lambda item: item[1].evidence), lambda i: i[1].evidence
    ):
        title = plain(evidence[0].upper() + evidence[1:])
        beliefs = [f"- [{name}](misconceptions.md#{name}): {plain(one.belief)}" for name, one in group]
        parts += [f"### {title}", "\n".join(beliefs)]
    return "\n\n".join(parts) + "\n"


def _linked(name: str, asked_on: Mapping[str, str]) -> str:
    """Return an exercise's id, as a link to the place that asks it where there is one."""
    page = asked_on.get(name)
    return f'<a href="../{page}.html#{name}">{name}</a>' if page else plain(name)


def _answer_it(name: str, asked_on: Mapping[str, str]) -> str:
    """Return a link to the place that asks an exercise; empty if no chapter does."""
    page = asked_on.get(name)
    return f'<a href="../{page}.html#{name}">Answer it in the chapter.</a>' if page else ""


def _diagnosed_by() -> dict[str, list[str]]:
    """Return, for each misconception, the exercises that give its answer as a wrong one."""
    found: dict[str, dict[str, None]] = {}
    for chapter in CHAPTERS:
        for name, question in exercises_of(chapter).items():
            for slip in question.slips():
                for misconception in slip.ids:
                    found.setdefault(misconception, {})[name] = None
    return {misconception: [*exercises] for misconception, exercises in found.items()}
