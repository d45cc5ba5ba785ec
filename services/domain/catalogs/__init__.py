"""What head office asks of catalogs: how two of them differ, and what a draft still lacks."""
