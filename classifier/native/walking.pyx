"""Twins of `walking.py`: elements and lines as extension types, of which a page makes four hundred and looks up from each of them.

What each attribute and each rule means stands there.
"""

import re

cdef Py_ssize_t PATH_ELEMENTS = 5
cdef Py_ssize_t PATH_CLASSES = 3
cdef Py_ssize_t LABEL_LENGTH = 120
cdef dict KINDS = {
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
    "li": "item", "dt": "item", "dd": "item", "figcaption": "caption", "caption": "caption", "td": "cell", "th": "cell",
    "button": "other", "legend": "other", "summary": "other",
}
cdef frozenset CODE = frozenset(("code", "samp", "kbd"))
cdef object EMBED = re.compile(
    r"twitter-tweet|twitter-video|instagram-media|tiktok-embed|fb-post|fb-video|bluesky-embed|reddit-embed|imgur-embed"
)
cdef object CAPTION = re.compile(r"caption|photo-?credit|image-?credit")


cdef class Element:
    """An element on the way from the root to a line."""

    cdef readonly str tag
    cdef readonly Element parent, anchor
    cdef readonly object node
    cdef readonly tuple hidden_in
    cdef readonly bint pre, code
    cdef object fetch, attributes
    cdef str told

    def __init__(self, str tag not None, Element parent, node, fetch, bint hidden):
        """Take over what the parent hands down."""
        self.tag, self.parent, self.node, self.fetch = tag, parent, node, fetch
        self.attributes = self.told = self.anchor = self.hidden_in = None
        self.pre = tag == "pre"
        self.code = False
        if parent is not None:
            self.anchor = parent if parent.tag == "a" else parent.anchor
            self.hidden_in = parent.hidden_in
            if hidden and self.hidden_in is None:
                self.hidden_in = (parent, tag)
            if self.pre or parent.pre:
                self.pre = True
                self.code = parent.code or tag in CODE

    cdef int know(self) except -1:
        """Fetch the attributes, at most once."""
        if self.attributes is None:
            self.attributes = self.fetch(self.node)
        return 0

    cdef str value(self, str name):
        self.know()
        if name not in self.attributes:
            return None
        value = self.attributes[name]
        return value if isinstance(value, str) else " ".join(value or ())

    def attribute(self, str name):
        """The attribute's value, None where the element has none, "" for one without a value."""
        return self.value(name)

    cdef str path_label(self):
        cdef list classes, names
        if self.told is None:
            self.know()
            label = self.tag
            if self.attributes:
                classes = (self.value("class") or "").split()
                names = (self.value("id") or "").split()
                label = ".".join([label] + classes[:PATH_CLASSES]) + ("#" + names[0] if names else "")
            self.told = label[:LABEL_LENGTH]
        return self.told

    @property
    def label(self):
        """The element in a DOM path: "div.first.second.third#id", with at most three classes."""
        return self.path_label()


cdef class Line:
    """A line: its text with white space collapsed, its links as spans of that text, its holder and its parts."""

    cdef readonly str text
    cdef readonly Element holder, inner
    cdef readonly list links, nodes
    cdef readonly Py_ssize_t skipped, linked

    def __init__(self, str text not None, Element holder not None, Element inner not None, list links, list nodes, Py_ssize_t skipped):
        """Hold what the walk has found."""
        cdef tuple link
        self.text, self.holder, self.inner, self.links, self.nodes, self.skipped = text, holder, inner, links, nodes, skipped
        self.linked = 0
        for link in links:
            self.linked += <Py_ssize_t>link[1] - <Py_ssize_t>link[0]

    @property
    def path(self):
        """The DOM path of the line's first text, innermost first, at most five elements."""
        cdef list labels = []
        cdef Element at = self.inner
        while at is not None and len(labels) < PATH_ELEMENTS:
            labels.append(at.path_label())
            at = at.parent
        return " < ".join(labels)

    @property
    def kind(self):
        """What the line is, by the nearest element around it that says so."""
        cdef Element at = self.holder
        cdef str found
        cdef Py_ssize_t i
        if self.inner.code:
            return "code"
        found = KINDS.get(at.tag, "paragraph")
        if found == "heading" or found == "other":
            return found
        for i in range(PATH_ELEMENTS):
            if at is None:
                break
            if at.tag == "blockquote":
                return "embed" if EMBED.search(at.value("class") or "") else "quote"
            if found == "paragraph":
                found = KINDS.get(at.tag, found)
            at = at.parent
        return "caption" if found == "paragraph" and CAPTION.search(self.holder.path_label()) else found
