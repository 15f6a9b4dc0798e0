"""C: secrecy, personal information, publication."""
