"""What puts carte under load on purpose: locust users and shapes, drills, the capacity model."""
