"""FILE → BLOCKS: every file format becomes paragraphs and table cells with places."""
