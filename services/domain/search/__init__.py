"""Search of stores by words: how texts are compared, and the index over the directory."""
