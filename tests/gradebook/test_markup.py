from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from autograder.gradebook.markup import MAX_SHOWN, render_markdown, render_math, sanitize_html


def parsed(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<img src="https://tracker.example/p.png">',
        '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" java\tscript:alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<style>body{background:url(//e)}</style><p style='background:url(//e)'>x</p>",
        "<iframe src=//e></iframe><object data=//e></object><embed src=//e>",
        "<form action=//e><button>x</button></form>",
        "<base href=//e><link rel=stylesheet href=//e><meta http-equiv=refresh content=0>",
        "<!--><img src=x onerror=alert(1)>-->",
        "<p class=lc-badge id=llm-classroom-report>x</p>",
    ],
)
def test_nothing_acts_or_loads_or_passes_for_a_part_of_the_page(text: str) -> None:
    for cleaned in (sanitize_html(text), render_markdown(text)):
        soup = parsed(cleaned)
        assert not soup.find_all(
            ["script", "style", "iframe", "object", "embed", "form", "svg", "img", "base", "link"]
        )
        for element in soup.find_all(True):
            assert set(element.attrs) <= {"href"}
            assert str(element.get("href", "#")).startswith(("#", "http"))
        assert "body{" not in soup.get_text()


def test_what_is_harmless_stays() -> None:
    text = (
        '<h2>T</h2><ul><li><b>a</b></li></ul><a href="https://x.org">l</a>'
        '<table class="dataframe"><tr><td colspan="2">1</td></tr></table>'
        '<img alt="p" src="data:image/png;base64,AAAA">'
    )
    soup = parsed(sanitize_html(text))
    assert soup.find("td", colspan="2") and soup.find("img", alt="p") and soup.find("h2")
    assert soup.table["class"] == ["dataframe"] and soup.a["href"] == "https://x.org"


@pytest.mark.parametrize(
    "text", ["<div>" * 20_000, "<div></x>" * 20_000, "&lt;" * 200_000, "<td>x</td>" * 50_000]
)
def test_markup_that_would_take_minutes_is_shown_as_text(text: str) -> None:
    soup = parsed(sanitize_html(text))
    assert [element.name for element in soup.find_all(True)] == ["pre"]
    assert soup.get_text() == text[:MAX_SHOWN]


def test_markdown_is_rendered_with_tables_code_and_formulas() -> None:
    soup = parsed(
        render_markdown("# T\n\n| a |\n|---|\n| $x^2$ |\n\n```python\ndef f(): ...\n```\n")
    )
    assert soup.h1.get_text() == "T"
    assert soup.td.math.msup.get_text() == "x2"
    assert soup.find("span", class_="k").get_text() == "def"


def test_a_formula_on_its_own_line_is_a_block() -> None:
    drawn = parsed(render_math(r"$$\sum_i x_i$$")).math
    assert (drawn["display"], drawn["aria-label"]) == ("block", r"\sum_i x_i")


@pytest.mark.parametrize(
    "tex",
    [
        r"$\text{<script>alert(1)</script>}$",
        r"$\text{<img src=x onerror=alert(1)/>}$",
        r"$\href{javascript:alert(1)}{x}$",
        r"$\begin{nonsense}$",
        "$" + "{" * 5000 + "$",
        "$$$$",
    ],
)
def test_a_formula_cannot_carry_markup(tex: str) -> None:
    for drawn in (render_math(tex), render_markdown(tex)):
        soup = parsed(drawn)
        assert not soup.find_all(["script", "img", "a"])
        assert not [e for e in soup.find_all(True) if "href" in e.attrs]
