"""The AWS infrastructure as CDK code. It names handlers by path and imports no service code."""
