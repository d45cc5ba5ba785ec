"""People: roles of staff, who has them, granting and revoking."""
