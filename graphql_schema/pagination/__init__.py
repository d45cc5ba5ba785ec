"""Pages of lists: Relay connections, cursors, and the page size."""
