"""House rules for single resources, in the language of CloudFormation Guard."""
