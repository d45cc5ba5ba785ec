"""What a drill found, told: in the terminal, as JSON, as a page."""
