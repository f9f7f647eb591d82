"""Where a vote stands now: finding it, and what is known of it and of whoever looks."""
