"""Mails about items that sell out and come back: subscribers, quiet hours, texts, opting out."""
