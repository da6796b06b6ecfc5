"""Why a record has its score: words, sentences, members of a stack, nearest labelled patents.

Whether such reasons can be believed is measured by `faithfulness`.
"""
