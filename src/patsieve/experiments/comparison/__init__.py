"""Is A better than B? From scores wherever they stand to a verdict.

`scored_table` reads them, `members` finds them, `alignment` brings them to the same records,
`contest` compares every pair, `words` says what came out; `compare` is all of it.
"""
