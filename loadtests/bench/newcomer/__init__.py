"""The same menu as it is written before anyone measures it: opponents in Python."""
