"""The stacks, one per file, made of constructs."""
