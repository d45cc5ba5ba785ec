"""Locust users: readers, apps, managers, tills, uploaders of files of counts, and the watcher."""
