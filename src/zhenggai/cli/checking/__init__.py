"""Checking documents from the command line: from files to facts, and from an outcome to text or JSON."""
