"""The services of carte: one package per capability; who may import whom is in docs."""
