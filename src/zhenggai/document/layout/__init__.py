"""TEXT WITH POSITIONS → BLOCKS: what PDF and OFD share. Glyphs become lines, lines paragraphs, pages one document."""
