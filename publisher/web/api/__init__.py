"""The API under /api: read-only, described by its OpenAPI document, answers in JSON, CSV or JSON Lines."""
