"""Pictures of every page of a site that runs, with what browsers say about each page."""
