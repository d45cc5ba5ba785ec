"""The same drills on AWS: which calls they are, printed or made."""
