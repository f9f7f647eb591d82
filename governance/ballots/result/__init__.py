"""The result of a vote: what the count comes to, who may see which part of it, and what it gives."""
