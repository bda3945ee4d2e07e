"""A module for each subject: its questions, and how the numbers of practice questions are drawn."""
