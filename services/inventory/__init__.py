"""The CSV Lambda: stock counts, uploaded as files to a region's bucket, into the stores' stock."""
