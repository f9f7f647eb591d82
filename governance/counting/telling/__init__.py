"""A finished count as people read it: tables, a picture, and ties in plain words, all made from its account.

Nothing is counted here. An account is plain data, as `Account.to_json` gives it and as a count keeps it.
"""
