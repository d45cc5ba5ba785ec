"""One stack per file; thin, made of constructs."""
