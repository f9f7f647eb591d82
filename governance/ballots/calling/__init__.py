"""Calling a vote: what a facilitator fixes before it opens, and the manifest that holds it."""
