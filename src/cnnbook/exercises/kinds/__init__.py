"""One module per subject of questions: its numbers, its key, its wrong answers, its draws and its words."""
