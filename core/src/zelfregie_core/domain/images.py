"""Are these bytes an image that is safe to show on a public page?

An SVG is a program as much as a picture, so it is read with an allow-list: what is not known to be harmless
is refused, with a sentence that says what to remove. Pure Python, no Django, no network.
"""

import io
import re
import warnings
from collections.abc import Mapping
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException, EntitiesForbidden, ExternalReferenceForbidden
from PIL import Image, UnidentifiedImageError

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
XLINK_NAMESPACE = "http://www.w3.org/1999/xlink"
XHTML_NAMESPACE = "http://www.w3.org/1999/xhtml"

MAX_PIXELS = 4096 * 4096

# Elements of SVG 2 that only draw or describe. Left out on purpose: script, foreignObject, a, iframe and the
# like, and the animation elements, which can rewrite a link or an event handler.
_DRAWING_WORDS = (
    "svg g defs symbol use title desc metadata style switch view"
    " path rect circle ellipse line polyline polygon text tspan textPath image marker"
    " linearGradient radialGradient stop pattern clipPath mask filter"
    " feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting"
    " feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR"
    " feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting"
    " feSpotLight feTile feTurbulence"
)
DRAWING_ELEMENTS = frozenset(_DRAWING_WORDS.split())
DATA_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
CSS_URL = re.compile(r"url\s*\(\s*(['\"]?)\s*(.*?)\s*\1\s*\)", re.IGNORECASE | re.DOTALL)
# A backslash can spell any CSS word in code points: a style with one cannot be judged by reading it.
CSS_ESCAPE = re.compile(r"\\")
CSS_IMPORT = re.compile(r"@import|@font-face|expression\s*\(|image-set\s*\(|-moz-binding|behavior\s*:", re.I)

RASTER_FORMATS = {"PNG": ".png", "WEBP": ".webp", "JPEG": ".jpg"}


class _SvgReader:
    """The target of an XML parser: notes what is dangerous while the file streams by."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._root_seen = False
        self._style_depth = 0
        self._style: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Judge one element and its attributes."""
        namespace, name = _split(tag)
        if not self._root_seen:
            self._root_seen = True
            self._check_root(namespace, name)
        if namespace == XHTML_NAMESPACE or (namespace == SVG_NAMESPACE and name not in DRAWING_ELEMENTS):
            self._note(f"contains the element <{name}>, which can run code or load other files")
        if namespace == SVG_NAMESPACE and name == "style":
            self._style_depth += 1
        for attribute, value in attributes.items():
            self._check_attribute(name, attribute, value)

    def end(self, tag: str) -> None:
        """Judge a style sheet once it is complete."""
        if _split(tag) == (SVG_NAMESPACE, "style") and self._style_depth:
            self._style_depth -= 1
            self._check_css("its style sheet", "".join(self._style))
            self._style.clear()

    def data(self, text: str) -> None:
        """Collect the text of a style sheet."""
        if self._style_depth:
            self._style.append(text)

    def pi(self, target: str, _data: str | None = None) -> None:
        """Refuse processing instructions: `xml-stylesheet` loads a file or a script."""
        self._note(f"contains the processing instruction <?{target} …?>")

    def close(self) -> list[str]:
        """Return what was found."""
        return self.problems

    def _check_root(self, namespace: str, name: str) -> None:
        if name != "svg":
            self._note(f"starts with <{name}> instead of <svg>")
        elif namespace != SVG_NAMESPACE:
            self._note(f'lacks xmlns="{SVG_NAMESPACE}" on <svg>, so browsers do not draw it')

    def _check_attribute(self, element: str, attribute: str, value: str) -> None:
        namespace, name = _split(attribute)
        lowered = name.lower()
        if lowered.startswith("on"):
            self._note(f"has the event handler {name} on <{element}>")
        elif lowered in {"href", "src"} and namespace in {"", XLINK_NAMESPACE}:
            target = value.strip()
            embedded = element in {"image", "feImage"} and DATA_IMAGE.fullmatch(target)
            if target and not target.startswith("#") and not embedded:
                self._note(f"refers to something outside the file: {name}={_short(target)} on <{element}>")
        elif lowered == "base" and namespace.endswith("XML/1998/namespace"):
            self._note(f"changes where its links point: xml:base on <{element}>")
        elif namespace == "":
            self._check_css(f"{name} on <{element}>", value)

    def _check_css(self, where: str, css: str) -> None:
        found = CSS_IMPORT.search(css)
        if found:
            self._note(f"loads or runs something from {where}: {_short(found.group())}")
        for _quote, target in CSS_URL.findall(css):
            if not target.startswith("#") and not DATA_IMAGE.fullmatch(target):
                self._note(f"refers to something outside the file: url({_short(target)}) in {where}")
        if CSS_ESCAPE.search(css) and (where == "its style sheet" or where.startswith("style on ")):
            self._note(f"uses a backslash in {where}, which can hide a link")

    def _note(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def check_svg(data: bytes) -> list[str]:
    """Return what makes this SVG unsafe or unreadable, as clauses that follow its name; [] when it is fine.

    Refused: scripts, event handlers, foreignObject, animation, links and references to other files,
    entities, style sheets from elsewhere, anything that is not well-formed UTF-8 XML.
    """
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ["is not UTF-8 text"]
    reader = _SvgReader()
    parser = ElementTree.DefusedXMLParser(target=reader, forbid_dtd=False, forbid_entities=True, forbid_external=False)
    try:
        parser.feed(data)
        return list(parser.close())
    except (EntitiesForbidden, ExternalReferenceForbidden):
        return ["declares entities in its DOCTYPE, which can hide or blow up its content"]
    except DefusedXmlException as error:
        return [f"contains XML that is not accepted ({type(error).__name__})"]
    except ParseError as error:
        return [f"is not well-formed XML ({error})"]
    except (LookupError, ValueError) as error:  # an unknown encoding in the XML declaration
        return [f"is not readable as XML ({error})"]


def check_raster(data: bytes, suffix: str) -> list[str]:
    """Return what is wrong with a PNG, WebP or JPEG of this suffix; [] when it is whole and of that kind."""
    expected = ".jpg" if suffix.lower() == ".jpeg" else suffix.lower()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            with Image.open(io.BytesIO(data)) as image:
                kind = image.format or "unknown"
                width, height = image.size
                if RASTER_FORMATS.get(kind) != expected:
                    return [f"is a {kind} image, not what its name says ({suffix})"]
                if width * height > MAX_PIXELS:
                    return [f"is {width} by {height} pixels; at most 4096 by 4096 fits"]
                image.load()
    except UnidentifiedImageError:
        return ["is not an image"]
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        return [f"is a damaged image ({error})"]
    return []


def check_image(data: bytes, suffix: str) -> list[str]:
    """Judge an SVG, PNG, WebP or JPEG by its suffix; see `check_svg` and `check_raster`."""
    return check_svg(data) if suffix.lower() == ".svg" else check_raster(data, suffix)


def _split(name: str) -> tuple[str, str]:
    """Split ElementTree's `{namespace}name`."""
    if name.startswith("{"):
        namespace, _, local = name[1:].partition("}")
        return namespace, local
    return "", name


def _short(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
