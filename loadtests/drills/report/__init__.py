"""Reports of a drill: in the terminal, as JSON, and as an HTML page."""
