"""The tools' access to a cloud: documents, answers, operation ids, log lines of Lambdas."""
