"""What all mutations share: an operation is applied once; expected failures are typed errors."""
