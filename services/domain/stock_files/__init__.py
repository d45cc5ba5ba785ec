"""Files of stock counts as stores save them: columns, rows, and what becomes of each row."""
