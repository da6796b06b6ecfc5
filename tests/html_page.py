"""An HTML page as its readers meet it: elements with attributes, and text."""

from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br"}
# What stands in boxes of its own is no part of the word before.
CELLS = {"td", "th", "dt", "dd", "li", "br"}


class HtmlPage(HTMLParser):
    """The elements, the words and the tables of a page; refuses what is not nested."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.open = []
        self.words = []
        self._rows = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in CELLS:
            self.words.append(" ")
        if tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td"):
            self._rows[-1].append([])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)
        if {"th", "td"} & set(self.open):
            self._rows[-1][-1].append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())

    @property
    def rows(self):
        """The cells of every row of every table."""
        return [[" ".join(" ".join(cell).split()) for cell in row] for row in self._rows]

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]
