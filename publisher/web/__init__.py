"""Serves the feeds, a status page and a health check over HTTP. Told what to show; opens no database."""
