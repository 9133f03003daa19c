"""Writes into a film what it is, where readers of pictures' metadata look: a packet of XMP.

XMP Specification, part 3 (Storage in Files), "MPEG-4": in a `uuid` box at the top level of the file. At its
end, where it moves nothing that the table of contents points at.
"""

from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

UUID = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")

# Keys of a film's metadata that have a place in XMP (IPTC Video Metadata Hub; XMP, part 1).
_PLACES = {"DigitalSourceType": "Iptc4xmpExt:DigitalSourceType", "CreatorTool": "xmp:CreatorTool"}
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
{properties}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def append_xmp(film: Path, title: str | None, metadata: Mapping[str, str]) -> None:
    """Add the packet to `film`, an MP4; nothing where there is nothing to say."""
    properties = [
        f"   <{place}>{escape(metadata[key])}</{place}>" for key, place in _PLACES.items() if key in metadata
    ]
    if title:
        words = f'<rdf:li xml:lang="x-default">{escape(title)}</rdf:li>'
        properties.append(f"   <dc:title><rdf:Alt>{words}</rdf:Alt></dc:title>")
    if not properties:
        return
    packet = _PACKET.format(properties="\n".join(properties)).encode()
    with open(film, "ab") as file:
        file.write((8 + len(UUID) + len(packet)).to_bytes(4, "big") + b"uuid" + UUID + packet)
