"""佐证材料 as files: where the bytes are kept (vault), what they are by content (contents), what they say of themselves (facts)."""
