"""Sales taxes by market, state and kind of goods, with the source and date of each rate."""
