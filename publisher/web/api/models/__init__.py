"""What the API answers: the shapes that docs/api.md promises to keep, a module a topic."""
