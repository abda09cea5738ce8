"""The kinds of lists that YAML can describe: bytes of a reply in, a `Listing` out."""
