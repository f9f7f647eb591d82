"""Backups: one sealed file that holds the database and the escrow, and is brought back into either database."""
