"""What check says around every hint: outcomes, components, what cannot be read."""

MESSAGES = {
    "outcome.correct": "Correct",
    "outcome.incorrect": "Not yet",
    "outcome.not attempted": "Not attempted",
    "outcome.unreadable": "Could not read that",
    "correct": "{answer} it is.",
    "blank": "Replace the ... with your answer, for example {example}.",
    "incorrect.number": "{answer} is {judgement}.",
    "incorrect.count": "{answer} is {judgement}.",
    "incorrect.size": "{answer}: {judgement}.",
    "incorrect.shape": "{answer}: {judgement}.",
    "incorrect.range": "{answer}: {judgement}.",
    "judgement.right": "{component} right",
    "judgement.off": "{component} one off",
    "judgement.small": "{component} too small",
    "judgement.large": "{component} too large",
    "judgement.order": "these are the right numbers in another order",
    "component.number": "",
    "component.count": "",
    "component.channels": "channels",
    "component.smallest": "smallest",
    "component.largest": "largest",
    "component.height": "height",
    "component.width": "width",
    "looks-like.two": "This looks like two slips at once. Take one first. {hint}",
    "looks-like.concatenation": "{hint}",
    "looks-like.axis": "This looks like a slip on one axis only. {hint}",
    "unknown-exercise": "There is no exercise {name}. Ids start with a chapter's name: {chapters}.",
    "unknown-exercise.near": "There is no exercise {name}. Did you mean {near}?",
    "unreadable.words": "I cannot read {answer} as numbers. Write it like {example}.",
    "unreadable.long": "That is too long for an answer. Write it like {example}.",
    "unreadable.nested": "Too many brackets inside brackets. Write it like {example}.",
    "unreadable.brackets": "A bracket is open or out of place in {answer}. Write it like {example}.",
    "unreadable.unfinished": "{answer} stops in the middle. Write it like {example}.",
    "unreadable.huge": "That number is too large for any network. Write it like {example}.",
    "unreadable.zero": "{answer} divides by zero. Look at what you divide by.",
    "unreadable.many": "That is a list of {count} numbers. Write it like {example}.",
    "unreadable.object": "A value of type {kind} is no answer here. Write it like {example}.",
    "unreadable.fraction": "{value} is not a whole number, and it should be. Which step left a fraction?",
    "unreadable.output-size.fraction": (
        "{value} is not a whole number. Pixels are never cut: what does PyTorch do with the fraction, and"
        " before which step?"
    ),
    "unreadable.fraction-count": (
        "{value} is not a whole number, and a count is one. Which step left a fraction?"
    ),
    "unreadable.product": "{answer} is the product {value}. Write the sizes apart, like {example}.",
    "unreadable.rounded": (
        "{answer} is rounded too much to tell. Give at least three digits, or write it out."
    ),
    "unreadable.wants-number": "One number is wanted, like {example}; I read {count} in {answer}.",
    "unreadable.wants-count": "One number is wanted, like {example}; I read {count} in {answer}.",
    "unreadable.wants-size": (
        "Two numbers are wanted, (height, width), like {example}; I read {count} in {answer}."
    ),
    "unreadable.wants-range": (
        "Two numbers are wanted, the smallest and the largest, like {example}; I read {count} in {answer}."
    ),
    "unreadable.wants-shape": (
        "Three numbers are wanted, (channels, height, width), like {example}; I read {count} in {answer}."
    ),
}
