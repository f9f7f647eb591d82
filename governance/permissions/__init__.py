"""Who may do what: the roles, what each may use, and that a form came from a page of ours."""
