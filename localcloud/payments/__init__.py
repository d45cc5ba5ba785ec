"""The local payment provider: localstripe, and a front with what it lacks of Stripe."""
