"""Measures of people's rights on a local cloud: revocations, and a user pool that is lost."""
