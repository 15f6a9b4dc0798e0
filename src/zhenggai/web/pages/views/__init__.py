"""One file a screen. A file holds its views and its `Screen`s; nothing lists the files."""
