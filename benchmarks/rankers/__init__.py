"""Systems that rank patents after learning from labelled ones, each behind the same function."""
