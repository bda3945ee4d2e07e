"""What the command line says when the site cannot be built."""

from __future__ import annotations


class SiteError(Exception):
    """The site cannot be built; the message is one line, or a notebook's error behind one line."""
