"""The result bundle: what is fixed before a vote, what is published after it, and the check that anybody can run.

The verifier in one file is made of this folder and of what it imports. No file here reads the database.
"""
