"""What operators watch of a deployed chain: names of metrics, and figures of its regions."""
