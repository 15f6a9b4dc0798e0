"""The heart: the ledger's tables, who may see them, how they are read and changed."""
