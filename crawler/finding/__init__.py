"""What `crawler.discovery` is made of: guesses about a site, from one of its pages."""
