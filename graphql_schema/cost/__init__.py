"""What an operation costs: stated in the schema, counted before the operation is executed."""
