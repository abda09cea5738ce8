"""What every request passes on its way out: robots.txt, and the gate that keeps a host's requests apart."""
