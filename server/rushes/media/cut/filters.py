"""Writes ffmpeg's filters."""

import re


def quoted(value: object) -> str:
    r"""`value` as the value of an option in a filter graph, whatever is in it.

    It is taken apart twice: a graph into filters, a filter into options (ffmpeg-filters, "Notes on
    filtergraph escaping").

    >>> quoted("a:b,c")
    'a\\\\:b\\,c'
    """
    option = re.sub(r"([\\':\s])", r"\\\1", str(value))
    return re.sub(r"([\\'\[\],;\s])", r"\\\1", option)
