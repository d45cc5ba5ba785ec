"""The made-up chain: its stores, what each sells and holds, all from one seed number."""
