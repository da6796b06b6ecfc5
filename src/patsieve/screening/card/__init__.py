"""The model card of a bundle: what it is for, what it rests on, how good it is, where it ends.

`model_card` says it once, as a document; `markdown` and `html` write that down.
"""
