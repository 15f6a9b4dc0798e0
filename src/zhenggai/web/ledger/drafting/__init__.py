"""A draft: what was understood of a document, in a form that a person can edit. Pure functions over plain JSON."""
