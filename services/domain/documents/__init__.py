"""carte's documents: what each holds, how two versions of it merge, how it is laid out."""
