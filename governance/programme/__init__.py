"""What the programme does as a whole, over all its packages: how it is founded, what is due now, who accounts for each
line of the ledger, who witnesses it.
"""
