"""Words of single exercises of chapter 05: VGG16."""

MESSAGES: dict[str, str] = {}
