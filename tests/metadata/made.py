"""Files that hide things, made by the test: what programs write, byte by byte where no library writes it."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import numpy as np
import pillow_heif
from PIL import Image
from PIL.PngImagePlugin import PngInfo

NAME = "Noor van der Proef"
FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x10mdatpretend!"
C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")

XMP = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
  xmlns:lr="http://ns.adobe.com/lightroom/1.0/" xmlns:digiKam="http://www.digikam.org/ns/1.0/"
  xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:own="https://school.example/"
  photoshop:City="Proefdorp" exif:GPSLatitude="52,3.1N" exif:PixelXDimension="4000" own:class="groep van Noor">
<dc:creator><rdf:Seq><rdf:li>Jan Proef</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Sportdag</rdf:li></rdf:Alt></dc:description>
<dc:subject><rdf:Bag><rdf:li>Noor</rdf:li><rdf:li>sportdag</rdf:li></rdf:Bag></dc:subject>
<lr:hierarchicalSubject><rdf:Bag><rdf:li>Personen|Noor</rdf:li></rdf:Bag></lr:hierarchicalSubject>
<digiKam:TagsList><rdf:Seq><rdf:li>Personen/Noor</rdf:li></rdf:Seq></digiKam:TagsList>
<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>{NAME}</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()


def regions(*named: tuple[str, str], applied: str = "", kind: str = "Face") -> bytes:
    """XMP with face regions of the MWG, by name and `x y w h` of the middle, and the picture they are of (`w h`)."""
    dims = 'stDim:w="{}" stDim:h="{}" stDim:unit="pixel"'.format(*applied.split()) if applied else ""
    inside = "".join(
        f'<rdf:li><rdf:Description mwg-rs:Name="{name}" mwg-rs:Type="{kind}"><mwg-rs:Area '
        + 'stArea:x="{}" stArea:y="{}" stArea:w="{}" stArea:h="{}"'.format(*place.split())
        + ' stArea:unit="normalized"/></rdf:Description></rdf:li>'
        for name, place in named
    )
    return f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
  xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#">
<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions {dims}/>
<mwg-rs:RegionList><rdf:Bag>{inside}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
</rdf:Description></rdf:RDF></x:xmpmeta>""".encode()


def microsoft(name: str, rectangle: str) -> bytes:
    """XMP with one face region as Windows Photo Gallery wrote it."""
    return f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:MP="http://ns.microsoft.com/photo/1.2/"><MP:RegionInfo rdf:parseType="Resource">
<MPRI:Regions xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"><rdf:Bag><rdf:li
  xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#" rdf:parseType="Resource">
<MPReg:Rectangle>{rectangle}</MPReg:Rectangle><MPReg:PersonDisplayName>{name}</MPReg:PersonDisplayName>
</rdf:li></rdf:Bag></MPRI:Regions></MP:RegionInfo></rdf:Description></rdf:RDF></x:xmpmeta>""".encode()


def picture(width: int = 320, height: int = 240) -> Image.Image:
    y, x = np.mgrid[0:height, 0:width]
    planes = [x * 255 // width, y * 255 // height, (x * 3 + y * 2) % 256]
    return Image.fromarray(np.stack(planes, axis=2).astype(np.uint8))


def saved(kind: str, image: Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    (image or picture()).save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> bytes:
    """EXIF of a camera with an owner and a place, and what Windows and people write."""
    tags = Image.Exif()
    tags[0x0112], tags[0x010E], tags[0x013B] = orientation, "Sportdag", "Jan Proef"
    tags[0x9C9D], tags[0x9C9C] = "Piet Proef\0".encode("utf-16-le"), "Noor rent\0".encode("utf-16-le")
    camera = tags.get_ifd(0x8769)
    camera[0x9003], camera[0xA430], camera[0xA431] = "2026:10:14 09:00:00", NAME, "1234567"
    camera[0x9286] = b"UNICODE\0" + "één".encode("utf-16-be")
    camera[0x927C] = b"\0\0maker"
    place = tags.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (52.0, 3.0, 6.0), "E", (4.0, 30.0, 0.0)
    place[0x1C] = b"ASCII\0\0\0bij Noor thuis"
    return tags.tobytes()


def exif_with_thumbnail(small: bytes) -> bytes:
    """EXIF with nothing but a small copy of the picture, laid out by hand: IFD0 without tags, then IFD1."""
    head = b"Exif\0\0" + b"II*\0" + struct.pack("<LHLH", 8, 0, 14, 2)
    return head + struct.pack("<HHLLHHLLL", 0x0201, 4, 1, 44, 0x0202, 4, 1, len(small), 0) + small


def iptc() -> bytes:
    """IPTC in UTF-8 as Photoshop keeps it, with a resource of another kind before it."""
    sets = ((25, NAME), (25, "sportdag"), (120, "Noor op de mat"), (80, "Jan Proef"), (90, "Proefdorp"), (103, "xyz"))
    data = b"\x1c\x01\x5a\x00\x03\x1b%G" + b"".join(
        struct.pack(">BBBH", 0x1C, 2, number, len(text.encode())) + text.encode() for number, text in sets
    )
    other = b"8BIM\x03\xed\0\0" + struct.pack(">L", 3) + b"abc\0"
    return (
        b"Photoshop 3.0\0" + other + b"8BIM\x04\x04\0\0" + struct.pack(">L", len(data)) + data + b"\0" * (len(data) % 2)
    )


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def more_xmp(packet: bytes, parts: int = 3) -> bytes:
    """A long packet in several segments, in an order of their own (XMP part 3)."""
    size = -(-len(packet) // parts)
    head = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + struct.pack(">L", len(packet))
    cut = [(at, packet[at : at + size]) for at in range(0, len(packet), size)]
    return b"".join(segment(0xE1, head + struct.pack(">L", at) + part) for at, part in reversed(cut))


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def jpeg() -> bytes:
    """Everything that a JPEG can hide, at once."""
    plain = saved("JPEG", exif=exif(), xmp=XMP, comment="een opmerking")
    depth = base64.b64encode(saved("JPEG", picture(64, 48))).decode()
    depths = f'<d:Description xmlns:d="urn:d" xmlns:G="http://ns.google.com/photos/1.0/depthmap/" G:Data="{depth}"/>'
    by_hand = (segment(0xED, iptc()), segment(0xEB, b"JP\0\x01\0\0\0\x01jumb"), more_xmp(depths.encode()))
    thumbnail = segment(0xE1, exif_with_thumbnail(saved("JPEG", picture(160, 120))))
    return with_segments(plain, *by_hand, thumbnail, segment(0xE5, b"maker")) + FILM


def mpo() -> bytes:
    return saved("MPO", save_all=True, append_images=[picture(64, 48)])


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">L", len(body)) + name + body + struct.pack(">L", zlib.crc32(name + body))


def png() -> bytes:
    texts = PngInfo()
    texts.add_text("Author", "Jan Proef")
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    texts.add_text("Comment", "Noor rent", zip=True)
    texts.add_itxt("Title", "Sportdag é", zip=True)
    raw = f"\nexif\n{len(exif()):8}\n{exif().hex()}\n"
    texts.add_text("Raw profile type exif", raw, zip=True)
    whole = saved("PNG", pnginfo=texts, exif=exif())
    return whole[:33] + chunk(b"caBX", b"jumb") + chunk(b"tIME", bytes(7)) + chunk(b"teSt", b"?") + whole[33:] + b"end"


def webp() -> bytes:
    whole = saved("WEBP", exif=exif(), xmp=XMP) + b"C2PA\x04\0\0\0jumb"
    return whole[:4] + struct.pack("<L", len(whole) - 8) + whole[8:]


def avif() -> bytes:
    return saved("AVIF", exif=exif(), xmp=XMP) + struct.pack(">L", 28) + b"uuid" + C2PA + b"jumb"


def heic(**options: object) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(picture()).save(out, quality=90, **{"exif": exif(), "xmp": XMP, **options})
    return out.getvalue() + struct.pack(">L", 8 + len(FILM)) + b"mpvd" + FILM


WHOLE = {".jpg": jpeg, ".png": png, ".webp": webp, ".avif": avif, ".heic": heic}
"""By ending, a file of that format that hides all that it can."""
