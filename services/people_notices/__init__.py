"""The Lambda of notices to people: first sign-ins, new devices, and roles that were changed."""
