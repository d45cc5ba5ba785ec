"""People: the roles that they can have, what each role permits, and edits of a person's roles."""
