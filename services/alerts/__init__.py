"""The Lambda of stock alerts: mails what sold out and what is back, and takes opt-outs."""
