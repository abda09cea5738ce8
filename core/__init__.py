"""Values and pure helpers that every stage shares. Knows no other package, no network and no database."""
