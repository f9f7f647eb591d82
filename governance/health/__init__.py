"""Whether the program and the machine under it are well: what is looked at, and where it is said."""
