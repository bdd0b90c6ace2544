"""Returns: what an establishment sends for a collection, read strictly into frames of text, and written again.

`read` one return's XML · `write` it · `build` one from frames · `layout`: its tables and data items.
"""

from concord.core.returns.layout import DataItem, Layout, Table, layout
from concord.core.returns.model import Header, Return, UnknownItem, build
from concord.core.returns.reading import read
from concord.core.returns.writing import left_out, write

__all__ = [
    "DataItem",
    "Header",
    "Layout",
    "Return",
    "Table",
    "UnknownItem",
    "build",
    "layout",
    "left_out",
    "read",
    "write",
]
