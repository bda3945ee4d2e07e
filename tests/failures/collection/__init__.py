"""Broken networks as learners write them, each with the answer that an expert would give.

One file for each subject, with a list `NETWORKS`. `score.py` says of each whether the answer of `trace` is
right, silent or misleading.
"""
