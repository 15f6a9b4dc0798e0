"""Plain text, Markdown, comma- and tab-separated: one reader, because a text file may hold all of them."""
