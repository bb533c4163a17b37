"""Turn what students wrote into HTML that shows and never runs."""

from __future__ import annotations

import html
import re
from typing import Any
from xml.etree import ElementTree

import bleach
from bs4 import BeautifulSoup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

__all__ = ["render_markdown", "render_math", "sanitize_html"]


def _words(text: str) -> list[str]:
    return text.split()


TAGS = frozenset(
    _words(
        "a abbr b blockquote br caption code col colgroup dd del details div dl dt em "
        "figcaption figure h1 h2 h3 h4 h5 h6 hr i img kbd li mark ol p pre s samp small "
        "span strong sub summary sup table tbody td tfoot th thead tr u ul var"
    )
)
WITH_CONTENT = frozenset(
    _words(
        "script style template noscript iframe object embed applet svg math form button "
        "textarea select option frameset link meta base title"
    )
)
"""Elements whose content is no text for people, so that it goes with them."""

IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z")
WITHOUT_SOURCE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")
CLASSES = re.compile(r"(dataframe|highlight|math|(ansi|hl)-[\w-]+|[a-z][a-z0-9]?)\Z")
"""Of pandas, pygments, terminal colors and :func:`render_markdown`; no class of the page."""

MATH_TAGS = frozenset(
    _words(
        "mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle msub msup msubsup munder "
        "mover munderover mtable mtr mtd mpadded mphantom menclose merror"
    )
)
MATH_ATTRIBUTES = frozenset(
    _words(
        "accent columnalign columnlines displaystyle fence form largeop linebreak "
        "linethickness lspace mathvariant maxsize minsize movablelimits notation rowlines "
        "rowspacing rspace scriptlevel separator stretchy symmetric width height depth"
    )
)
MAX_TEX = 10_000
MAX_MARKUP = 10_000
MAX_DEPTH = 100
"""Beyond these the time to sanitize a text, which grows with its depth, is a way to attack."""
MAX_SHOWN = 20_000
TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,30})")
VOID = frozenset(_words("area base br col embed hr img input link meta source track wbr"))


def sanitize_html(text: str) -> str:
    """Keep headings, lists, tables and embedded pictures of `text`, and nothing that acts.

    Scripts, styles, handlers, forms, frames, drawings and addresses other than ``http``,
    ``https``, ``mailto`` and those within the page are taken away; pictures are shown only if
    their data is in the page, so that looking at it tells no other server.
    """
    if _is_excessive(text):
        return f"<pre>{html.escape(text[:MAX_SHOWN])}</pre>"
    soup = BeautifulSoup(text, "html.parser")
    for element in soup.find_all(sorted(WITH_CONTENT)):
        element.decompose()
    cleaned = bleach.clean(
        str(soup),
        tags=TAGS,
        attributes=_attribute,
        protocols={"http", "https", "mailto", "data"},
        strip=True,
        strip_comments=True,
    )
    return WITHOUT_SOURCE.sub("", str(cleaned))


def _is_excessive(text: str) -> bool:
    if text.count("<") + text.count("&") > MAX_MARKUP:
        return True
    stack: list[str] = []
    for closing, name in TAG.findall(text):
        tag = name.lower()
        if not closing:
            if tag not in VOID:
                stack.append(tag)
        elif tag in stack:
            while stack.pop() != tag:
                pass
        if len(stack) > MAX_DEPTH:
            return True
    return False


def _attribute(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return all(CLASSES.match(word) for word in value.split())
    if tag == "a" and name == "href":
        return not value.lower().lstrip().startswith("data:")
    if tag == "img":
        return name in ("alt", "width", "height") or (name == "src" and bool(IMAGE.match(value)))
    if tag in ("td", "th"):
        return name in ("colspan", "rowspan", "scope", "align")
    if tag == "ol" and name == "start":
        return True
    return tag == "details" and name == "open"


class _Renderer(IPythonRenderer):
    """nbconvert's, with formulas in elements that are replaced after sanitizing."""

    def block_math(self, body: str) -> str:
        return f'<span class="math">$${html.escape(body)}$$</span>'

    def inline_math(self, body: str) -> str:
        return f'<span class="math">${html.escape(body)}$</span>'

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")


def render_markdown(source: str, attachments: Any = None) -> str:
    """Render Markdown with formulas as sanitized HTML.

    Parameters
    ----------
    source : str
    attachments : mapping, optional
        Pictures of a notebook's cell, by name.
    """
    renderer = _Renderer(
        escape=False, attachments=attachments or {}, embed_images=False, exclude_anchor_links=True
    )
    rendered = sanitize_html(MarkdownWithMath(renderer=renderer).render(source))
    soup = BeautifulSoup(rendered, "html.parser")
    for element in soup.select("span.math"):
        element.replace_with(BeautifulSoup(render_math(element.get_text()), "html.parser"))
    return str(soup)


def render_math(tex: str) -> str:
    """Render a formula as MathML, which browsers draw without help; as code where that fails.

    Parameters
    ----------
    tex : str
        With its dollar signs: two are a formula on a line of its own.
    """
    display = tex.startswith("$$")
    body = tex.strip().strip("$").strip()
    drawn = _mathml(body) if body and len(body) <= MAX_TEX else None
    if drawn is None:
        return f"<code>{html.escape(tex)}</code>"
    kind = "block" if display else "inline"
    return f'<math display="{kind}" aria-label="{html.escape(body)}">{drawn}</math>'


def _mathml(tex: str) -> str | None:
    # The library lets text through unescaped, so its result is parsed and built anew.
    from latex2mathml.converter import convert

    try:
        return "".join(_element(child) for child in ElementTree.fromstring(convert(tex)))
    except Exception:  # it raises what it likes on a formula that is none
        return None


def _element(element: ElementTree.Element) -> str:
    tag = element.tag.rpartition("}")[2]
    if tag not in MATH_TAGS:
        raise ValueError(f"{tag!r} is no element of a formula")
    attributes = "".join(
        f' {name}="{html.escape(value)}"'
        for name, value in element.attrib.items()
        if name in MATH_ATTRIBUTES
    )
    content = html.escape(element.text or "") + "".join(
        _element(child) + html.escape(child.tail or "") for child in element
    )
    return f"<{tag}{attributes}>{content}</{tag}>"
