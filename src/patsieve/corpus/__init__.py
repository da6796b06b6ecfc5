"""Patent records, corpora, readers and splits: everything before a model, without torch."""
