"""The plan of a small site, as a file that `governance init` reads: what a person would write from the README."""

PLAN = """
[programme]
name = "North Side Exchange"
place_name = "North Side"
board_name = "The Kitchen Table"
timezone = "America/New_York"
closed_days = [2027-01-01]

[[places]]
name = "Drop-in"

[[seats]]
label = "Seat 1"
class = "lived"

[[people]]
alias = "Ash"
roles = ["member", "board_reader", "urgent_trained"]
seat = "Seat 1"

[[people]]
alias = "Birch"
roles = ["board_reader", "urgent_trained"]

[[people]]
alias = "Moss"
roles = ["admin"]
"""
