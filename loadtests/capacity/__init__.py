"""How far it goes: simulations of the regions at internet scale, and of the local cloud."""
