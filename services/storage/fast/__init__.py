"""Reads past PynamoDB and botocore: the same answers and errors for a tenth of the CPU."""
