"""Returns: what an establishment sends for a collection, read strictly into frames of text, and written again.

`read` one return's XML · `read_path`, `read_each` a file, zip, folder or COLLECT export · `write` · `build` one from
frames · `locate`, `locate_many` the lines of items · `layout`: the tables and data items of a kind of collection ·
`transfer` where a CTF comes from and goes to, and its name.
"""

from concord.core.returns.delivery import read_each, read_path
from concord.core.returns.layout import DataItem, Layout, Table, layout
from concord.core.returns.model import Header, Return, UnknownItem, build
from concord.core.returns.position import locate, locate_many
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
    "locate",
    "locate_many",
    "read",
    "read_each",
    "read_path",
    "write",
]
