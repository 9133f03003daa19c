"""Names languages as MP4 does: in three letters (ISO 639-2/T), where the web says two (ISO 639-1)."""

_PAIRS = """
ar:ara bg:bul bn:ben ca:cat cs:ces da:dan de:deu el:ell en:eng es:spa et:est fa:fas fi:fin fr:fra
ga:gle gu:guj he:heb hi:hin hr:hrv hu:hun id:ind is:isl it:ita ja:jpn ka:kat kn:kan ko:kor lt:lit
lv:lav mk:mkd ml:mal mr:mar ms:msa nb:nob nl:nld nn:nno no:nor pa:pan pl:pol pt:por ro:ron ru:rus
sk:slk sl:slv sq:sqi sr:srp sv:swe sw:swa ta:tam te:tel th:tha tr:tur uk:ukr ur:urd vi:vie zh:zho
"""
_THREE = dict(pair.split(":") for pair in _PAIRS.split())


def track_language(tag: str) -> str:
    """`en`, `en-GB` and `eng` become `eng`; `und` (undetermined) stands for what has no three letters.

    >>> track_language("pt-BR")
    'por'
    """
    primary = tag.lower().replace("_", "-").split("-")[0]
    if len(primary) == 3 and primary.isascii() and primary.isalpha():
        return primary
    return _THREE.get(primary, "und")
