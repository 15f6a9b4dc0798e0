"""What changes the ledger. Each action loads through access, changes in one transaction and records one event.

An action takes `actor` (who, when) and `rights` (what that person may), everything by keyword; it raises a `LedgerFault`
and then nothing has changed. Pages, API, jobs and commands all come through here.
"""
