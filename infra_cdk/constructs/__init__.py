"""One construct per file."""
