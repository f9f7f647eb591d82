"""What lets somebody vote and leads to nobody: drawn cards, passes signed blind, and who signs them."""
