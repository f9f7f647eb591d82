"""Our files, checked by programs that others wrote."""
