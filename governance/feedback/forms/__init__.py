"""What the pages of feedback ask for: `say` for participants, `desk` for readers."""
