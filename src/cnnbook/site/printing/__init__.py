"""The course on paper: each chapter printed by Chromium, then one PDF with a cover, contents and numbers."""
