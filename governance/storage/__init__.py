"""What is kept and how: the database, its migrations, whole files, clean words, rows held against the ledger."""
