"""The catalogue of learner-facing messages in English, by id.

Each hint quotes the question's numbers and asks about one value on the way; none gives the answer away.
"""

from cnnbook.exercises.english import (
    cards,
    chains,
    chapters,
    counts,
    feedback,
    kinds,
    practising,
    quizzing,
    sizes,
)

ENGLISH: dict[str, str] = {
    **feedback.MESSAGES,
    **sizes.MESSAGES,
    **counts.MESSAGES,
    **chapters.MESSAGES,
    **kinds.MESSAGES,
    **practising.MESSAGES,
    **quizzing.MESSAGES,
    **chains.MESSAGES,
    **cards.MESSAGES,
}
