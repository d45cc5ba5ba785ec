"""What runs in AWS, one package per capability; docs/architecture.md has the layers."""
