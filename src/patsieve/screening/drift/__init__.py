"""Whether new patents are still like those that a model, and its promise, were made on."""
