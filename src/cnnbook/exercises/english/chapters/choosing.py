"""Words of single exercises of chapter 08: choosing a network."""

MESSAGES: dict[str, str] = {}
