"""An answer as it was typed: read, judged, diagnosed and answered."""
