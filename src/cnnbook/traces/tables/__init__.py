"""A Trace as a table: one module per format. What the table says is in `cells`, once for all formats."""
