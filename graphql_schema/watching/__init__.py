"""What operators watch of a deployed chain: figures and alarms of its regions."""
