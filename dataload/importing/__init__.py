"""Importing CSV files: read strictly, refuse bad rows with a reason, load the good ones."""
