"""The README's two pictures, and the script that takes them."""
