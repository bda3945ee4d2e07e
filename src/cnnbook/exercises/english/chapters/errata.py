"""Words of single exercises of chapter 09: the errata."""

MESSAGES: dict[str, str] = {}
