"""The stream Lambda: repairs, in each region, what last-writer-wins dropped."""
