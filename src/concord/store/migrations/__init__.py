"""The tables as they came to be. 0002 holds the second lock: roles, row policies and the ledger's only door."""
