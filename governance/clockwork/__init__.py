"""What goes by the clock: the time, whether it can be believed, what is done by itself, and who leads it."""
