"""Words of single exercises of chapter 02: pooling."""

MESSAGES: dict[str, str] = {}
