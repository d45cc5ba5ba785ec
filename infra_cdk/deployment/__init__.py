"""Deploying to AWS: the steps of `carte deploy`, on top of the AWS CDK's command line."""
