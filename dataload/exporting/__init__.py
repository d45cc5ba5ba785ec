"""Exporting CSV files that `carte import` reads back without loss."""
