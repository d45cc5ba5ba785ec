"""The yearly cost of carte on AWS: traffic, measurements and templates times dated prices."""
