"""LEDGER → PAPERS: what is shown (reports) and as what (formats)."""
