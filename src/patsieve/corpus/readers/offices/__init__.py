"""Patents as the offices publish them: XML, SGML and the plain text before it, and JSON.

Here, unlike in the readers of tables, it is known what a patent is: every format gives the same
columns (`columns.COLUMNS`). Nothing outside the file is ever fetched, and no document type is
ever handed to a parser.
"""
