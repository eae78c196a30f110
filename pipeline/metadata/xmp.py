"""XMP: names, keywords, captions and places, and in face regions who is where (ISO 16684-1).

Read with a parser that refuses entities, so that a small packet cannot grow and no other file is fetched.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from consent.hidden import Hides
from pipeline.metadata.hidden import Hidden, SmallCopy
from pipeline.metadata.regions import Size, area_of

WHERE = "XMP"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SPACES = {
    RDF: "rdf",
    "http://www.w3.org/XML/1998/namespace": "xml",
    "adobe:ns:meta/": "x",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/sType/Area#": "stArea",
    "http://ns.adobe.com/xmp/sType/Area#": "stArea",
    "http://ns.adobe.com/xap/1.0/sType/Dimensions#": "stDim",
    "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
    "http://ns.adobe.com/xap/1.0/sType/ResourceRef#": "stRef",
    "http://ns.adobe.com/xap/1.0/g/img/": "xmpGImg",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/camera-raw-settings/1.0/": "crs",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
    "http://www.metadataworkinggroup.com/schemas/keywords/": "mwg-kw",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.2/": "MP",
    "http://ns.microsoft.com/photo/1.2/t/Region#": "MPReg",
    "http://ns.microsoft.com/photo/1.2/t/RegionInfo#": "MPRI",
    "http://www.digikam.org/ns/1.0/": "digiKam",
    "http://ns.acdsee.com/regions/": "acdsee-rs",
    "http://ns.acdsee.com/iptc/1.0/": "acdsee",
    "http://ns.iview-multimedia.com/mediapro/1.0/": "mediapro",
    "http://ns.google.com/photos/1.0/camera/": "GCamera",
    "http://ns.google.com/photos/1.0/image/": "GImage",
    "http://ns.google.com/photos/1.0/depthmap/": "GDepth",
    "http://ns.google.com/photos/1.0/audio/": "GAudio",
    "http://ns.google.com/photos/1.0/container/": "Container",
    "http://ns.google.com/photos/1.0/container/item/": "Item",
    "http://ns.google.com/photos/dd/1.0/device/": "Device",
    "http://ns.adobe.com/hdr-gain-map/1.0/": "hdrgm",
    "http://ns.apple.com/faceinfo/1.0/": "apple-fi",
}
_TECHNICAL = frozenset(
    {"rdf", "xml", "x", "exif", "aux", "exifEX", "tiff", "xmp", "xmpMM", "xmpRights", "stArea", "stDim", "stEvt"}
    | {"stRef", "xmpGImg", "crs", "mwg-rs", "MP", "MPReg", "MPRI", "GCamera", "GImage", "GDepth", "GAudio"}
    | {"Container", "Item", "Device", "hdrgm", "apple-fi", "photoshop", "plus"}
)
"""Of these only what `_FIELDS` names is about somebody; every text of any other name space is told."""

_FIELDS = {
    **dict.fromkeys(("dc:creator", "dc:contributor", "dc:publisher", "tiff:Artist", "xmpRights:Owner"), Hides.PERSON),
    **dict.fromkeys(("aux:OwnerName", "exifEX:CameraOwnerName", "exifEX:Photographer"), Hides.PERSON),
    **dict.fromkeys(("Iptc4xmpExt:PersonInImage", "Iptc4xmpExt:PersonName", "mediapro:People"), Hides.PERSON),
    **dict.fromkeys(("mwg-rs:Name", "MPReg:PersonDisplayName", "acdsee-rs:Name"), Hides.PERSON),
    **dict.fromkeys(("MPReg:PersonEmailDigest", "MPReg:PersonLiveIdCID"), Hides.OTHER),
    **dict.fromkeys(("photoshop:CaptionWriter", "photoshop:Credit", "photoshop:Source"), Hides.PERSON),
    **dict.fromkeys(("plus:ImageCreatorName", "plus:CopyrightOwnerName", "plus:LicensorName"), Hides.PERSON),
    **dict.fromkeys(("Iptc4xmpCore:CiEmailWork", "Iptc4xmpCore:CiTelWork", "Iptc4xmpCore:CiUrlWork"), Hides.PERSON),
    **dict.fromkeys(("dc:coverage", "photoshop:City", "photoshop:State", "photoshop:Country"), Hides.PLACE),
    **dict.fromkeys(("Iptc4xmpCore:Location", "Iptc4xmpCore:CountryCode"), Hides.PLACE),
    **dict.fromkeys(("Iptc4xmpExt:City", "Iptc4xmpExt:Sublocation", "Iptc4xmpExt:LocationName"), Hides.PLACE),
    **dict.fromkeys(("Iptc4xmpExt:ProvinceState", "Iptc4xmpExt:CountryName"), Hides.PLACE),
    **dict.fromkeys(("Iptc4xmpExt:CountryCode", "Iptc4xmpExt:WorldRegion"), Hides.PLACE),
    **dict.fromkeys(("exif:GPSLatitude", "exif:GPSLongitude"), Hides.PLACE),
    **dict.fromkeys(("photoshop:Headline", "photoshop:Instructions", "photoshop:AuthorsPosition"), Hides.TEXT),
    **dict.fromkeys(("exif:UserComment", "tiff:ImageDescription", "tiff:Copyright", "xmp:Label"), Hides.TEXT),
    **dict.fromkeys(("mwg-rs:Description", "xmpRights:UsageTerms"), Hides.TEXT),
    **dict.fromkeys(("aux:SerialNumber", "aux:LensSerialNumber", "exifEX:BodySerialNumber"), Hides.DEVICE),
    **dict.fromkeys(("exifEX:LensSerialNumber",), Hides.DEVICE),
    **dict.fromkeys(("exif:DateTimeOriginal", "xmp:CreateDate", "photoshop:DateCreated"), Hides.MOMENT),
    **dict.fromkeys(("GImage:Data", "GDepth:Data"), Hides.PICTURE),
    **dict.fromkeys(("GCamera:MicroVideo", "GCamera:MotionPhoto"), Hides.OTHER),
    "GAudio:Data": Hides.FILM,
    "xmpGImg:image": Hides.THUMBNAIL,
}
_WITHOUT_TEXT = frozenset({Hides.DEVICE, Hides.MOMENT, Hides.PICTURE, Hides.FILM, Hides.THUMBNAIL, Hides.OTHER})
_NAMES = ("mwg-rs:Name", "MPReg:PersonDisplayName")
_NO_PERSONS = frozenset({"pet", "focus", "barcode"})
"""Kinds of regions of the MWG that show nobody; everything else may."""


def read_xmp(packet: bytes, size: Size | None = None) -> Iterator[Hidden]:
    """What an XMP packet tells. `size`: of the picture, for the places of face regions; None tells no places."""
    root = fromstring(packet.strip(b"\0 \r\n\t"), forbid_dtd=True)
    regions = tuple(_regions(root, size))
    yield from regions
    placed = {(region.name, region.text) for region in regions}
    yield from (entry for entry in _within(root) if (entry.name, entry.text) not in placed)


def _within(root: Element) -> Iterator[Hidden]:
    """What an element and all within it tell, in their order. Not by recursion, which damaged packets could exhaust."""
    waiting = [(root, "")]
    while waiting:
        element, field = waiting.pop()
        own = _name(element.tag)
        field = field if own.startswith("rdf:") else own
        for key, value in element.attrib.items():
            yield from _entry(_name(key), value)
        if not len(element):
            yield from _entry(field, element.text or "")
        waiting.extend((child, field) for child in reversed(element))


def _entry(field: str, text: str) -> Iterator[Hidden]:
    """What a value tells. `field`: the property that it belongs to."""
    text = text.strip()
    kind = _FIELDS.get(field)
    if kind is None and field.partition(":")[0] not in _TECHNICAL and any(map(str.isalpha, text)):
        kind = Hides.TEXT
    if kind is None or not text or (kind is Hides.OTHER and text == "0"):
        return
    if field in ("exif:GPSLatitude", "exif:GPSLongitude"):
        text = ""  # a coordinate is a place, and nobody needs which
    if kind is Hides.THUMBNAIL:
        yield SmallCopy(kind, WHERE, field, picture=_decoded(text))
    else:
        yield Hidden(kind, WHERE, field, "" if kind in _WITHOUT_TEXT else text)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""  # which is no picture, and told as one that cannot be read


def _regions(root: Element, size: Size | None) -> Iterator[Hidden]:
    """Each structure that names a person and says where, of the MWG and of Microsoft."""
    if size is None:
        return
    applied = next((_dimensions(e) for e in root.iter() if _name(e.tag) == "mwg-rs:AppliedToDimensions"), None)
    for element in root.iter():
        for field in _NAMES:
            name = _property(element, field)
            place = _place(element, field)
            if name and place and _property(element, "mwg-rs:Type").casefold() not in _NO_PERSONS:
                areas = area_of(place, size, applied)
                yield Hidden(Hides.PERSON, WHERE, field, name, areas)


def _place(element: Element, field: str) -> tuple[float, float, float, float] | None:
    """Left, top, width and height in parts of the picture that the region is of; None for what makes no sense."""
    try:
        if field == "MPReg:PersonDisplayName":
            x, y, width, height = map(float, _property(element, "MPReg:Rectangle").split(","))
            return x, y, width, height
        area = next((child for child in _children(element) if _name(child.tag) == "mwg-rs:Area"), None)
        if area is None or _property(area, "stArea:unit") not in ("", "normalized"):
            return None
        x, y, width, height = (float(_property(area, f"stArea:{part}")) for part in "xywh")
        return x - width / 2, y - height / 2, width, height
    except ValueError:
        return None


def _dimensions(element: Element) -> tuple[float, float] | None:
    try:
        return float(_property(element, "stDim:w")), float(_property(element, "stDim:h"))
    except ValueError:
        return None


def _property(element: Element, field: str) -> str:
    """A property of a structure: an attribute or an element, on itself or on the description within."""
    for part in (element, *(child for child in element if _name(child.tag) == "rdf:Description")):
        for key, value in part.attrib.items():
            if _name(key) == field:
                return value.strip()
        for child in part:
            if _name(child.tag) == field:
                return "".join(child.itertext()).strip()
    return ""


def _children(element: Element) -> Iterator[Element]:
    for child in element:
        yield child
        if _name(child.tag) == "rdf:Description":
            yield from child


def _name(tag: object) -> str:
    """A tag or attribute as it is usually written, `dc:creator`; without its name space where that is not known."""
    space, _, local = str(tag).removeprefix("{").rpartition("}")
    return f"{_SPACES[space]}:{local}" if space in _SPACES else local
