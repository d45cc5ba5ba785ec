"""The command `carte`: one file per command."""
