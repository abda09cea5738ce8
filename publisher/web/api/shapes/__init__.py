"""Records of the store and of the config to the answers of the API, a module a topic. Pure."""
