"""The only code that talks to DynamoDB: the table's model, and a repository per document type."""
