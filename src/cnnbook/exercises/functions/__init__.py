"""Answers that are run: a function, a network or a kernel of the learner's is tried on probes."""
