"""The commands, by concept: counting, a vote, the ledger, a witness. The list of them is `cli.py`."""
