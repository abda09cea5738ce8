"""The bundled newsroom: small news sites on loopback, with articles written for this project.

Knows only `core`. What it offers to the product is what any newsroom offers: addresses, and a config folder.
"""
