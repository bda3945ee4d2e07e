"""The sheet and the learners of the small class that tests grade."""

from cnnbook.classroom.roster import Learner

SHEET = """
title = "Lab 1"
due = 2026-12-04T18:00:00

[[questions]]
exercise = "output-size"

[[questions]]
exercise = "conv-output-size"
points = 3

[[questions]]
exercise = "lenet5.c1"
points = 3
"""
ADA, ALAN, GRACE = (
    Learner("ada", "Ada Lovelace"),
    Learner("0042", "Alan Turing"),
    Learner("g.h", "Grace Hopper"),
)
