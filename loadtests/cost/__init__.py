"""What a year of carte costs on AWS: traffic, measurements and templates times dated prices."""
