"""The secrets outside the database: the key folder, its sealed copy, and what is too weak to be one."""
