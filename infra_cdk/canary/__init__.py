"""Code that CloudWatch Synthetics runs; not part of the Lambda package."""
