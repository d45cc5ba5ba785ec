"""The Lambda package: one zip for all Lambdas, made without Docker, the same bytes every time."""
