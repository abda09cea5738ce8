"""Matches what the store holds against watchlists, renders feeds, serves them. Knows nothing of crawling."""
