"""The names of places that search reads: cities, states and countries in many languages."""
