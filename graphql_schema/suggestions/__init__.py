"""Suggestions while a search is being typed: countries, states, cities and stores."""
