"""Taxes on what a store sells: dated rates by market and kind of goods, and the tax of an order."""
