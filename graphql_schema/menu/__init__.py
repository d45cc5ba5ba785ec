"""Menus as guests see them, and the assortments that managers of stores edit."""
