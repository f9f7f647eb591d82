"""Changed copies of the ledger and changed results of votes: `governance verify` names every one of them."""
