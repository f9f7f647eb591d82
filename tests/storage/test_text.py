"""What happens to words before they are stored, and to Markdown before it is shown."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from governance.storage.text import LONGEST_FORMATTED, TextTooLong, as_stored_html, formatted, one_line, plain

TAGS = "p br strong em a ul ol li blockquote code pre h3 h4 hr table thead tbody tr th td"
ALLOWED = set(TAGS.split())

ATTACKS = (
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<form action=/desk><button formaction='javascript:alert(1)'>x</button></form>",
    "<button form=f formaction=https://evil.example>x</button>",
    "<input type=image src=x formaction=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)' onclick=alert(1)>x</a>",
    "<a href=https://evil.example target=_blank ping=https://evil.example>x</a>",
    "<p style='position:fixed;inset:0;background:url(https://evil.example)'>x</p>",
    "<base href=https://evil.example><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><!DOCTYPE x>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](java\u200bscript:alert(1))",
    "[x](java\u00adscript:alert(1))",
    "[x](\u2060javascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](java\x00script:alert(1))",
    "[x](&#106;avascript&colon;alert(1))",
    "[x](&#x6A&#x61&#x76&#x61script:alert(1))",
    "[x](javascript%3Aalert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://evil.example/1)",
    "[x](//evil.example/x)",
    "[x](/\\evil.example/x)",
    "[x](\\\\evil.example)",
    "[x](&bsol;/evil.example)",
    "[x](/&Tab;/evil.example)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "<javascript:alert(1)>",
    '[x](https://good.example "t\\" onmouseover=alert(1) x=\\"")',
    "![x](https://evil.example/pixel.png)",
    '![x" onerror=alert(1) "](x)',
    "![<img src=x onerror=alert(1)>](x)",
    '```"><script>alert(1)</script>\n<script>alert(1)</script>\n```',
    "| <script>alert(1)</script> |\n|:-:|\n| <img src=x onerror=alert(1)> |",
    "# <script>alert(1)</script>",
    "\u202e<script>\u202c alert",
    "\ud83d<script>alert(1)</script>",
)


class Seen(HTMLParser):
    """Every tag with its attributes, as a browser would read them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", {}))

    def handle_decl(self, decl: str) -> None:
        self.tags.append(("declaration", {}))

    def handle_pi(self, data: str) -> None:
        self.tags.append(("instruction", {}))

    def unknown_decl(self, data: str) -> None:
        self.tags.append(("declaration", {}))


def check_harmless(html: str) -> None:
    for tag, attributes in Seen(html).tags:
        assert tag in ALLOWED
        assert set(attributes) <= {"a": {"href", "rel"}, "ol": {"start"}, "th": {"scope"}}.get(tag, set())
        if "href" in attributes:
            address = attributes["href"] or ""
            # As a browser does before it looks for a scheme.
            read = re.sub(r"[\x00-\x20\u00ad\u200b-\u200f\u2060]", "", address).replace("\\", "/").lower()
            assert re.match(r"https?://|mailto:|(?!//)[^:]*([/?#]|$)", read), address
            assert attributes["rel"] == "nofollow noopener"


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_gets_through_formatting(attack: str) -> None:
    check_harmless(formatted(attack))
    check_harmless(formatted(f"Hello *there*\n\n> {attack}\n\n- {attack}"))


PIECES = st.sampled_from([*ATTACKS, "[", "](", ")", "<", ">", "`", "*", "\n", "|", "&#", "x", '"'])


@given(st.lists(PIECES).map("".join))
def test_no_mixture_of_attacks_gets_through_formatting(attack: str) -> None:
    check_harmless(formatted(attack))


def test_the_second_wall_stands_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    # Were the Markdown reader to pass HTML on one day, bleach would still stop it.
    monkeypatch.setattr("governance.storage.text._MARKDOWN.render", lambda words: words)
    for attack in ATTACKS:
        for tag, attributes in Seen(formatted(attack)).tags:
            assert tag in ALLOWED
            assert not re.match("javascript:|data:|vbscript:", attributes.get("href") or "", re.IGNORECASE)
            assert set(attributes) <= {"href", "rel", "start", "scope"}


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Two *words* and **more**.", "<p>Two <em>words</em> and <strong>more</strong>.</p>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("3. three\n4. four", '<ol start="3">\n<li>three</li>\n<li>four</li>\n</ol>'),
        ("[us](/decisions/7)", '<p><a href="/decisions/7" rel="nofollow noopener">us</a></p>'),
        ("<https://a.example/?b=c>", '<p><a href="https://a.example/?b=c" rel="nofollow noopener">https://a.example/?b=c</a></p>'),
        ("[w](mailto:a@b.example)", '<p><a href="mailto:a@b.example" rel="nofollow noopener">w</a></p>'),
        ("[at](notes#at-10:45)", '<p><a href="notes#at-10:45" rel="nofollow noopener">at</a></p>'),
        ("![a map of the van](map.png)", "<p>a map of the van</p>"),
        ("5 < 6 & 7 > 6", "<p>5 &lt; 6 &amp; 7 &gt; 6</p>"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_the_board_writes_is_formatted(markdown: str, html: str) -> None:
    assert formatted(markdown).strip() == html


def test_a_table_says_which_cells_are_its_head_and_carries_no_style() -> None:
    html = formatted("| You said | We did |\n|:--|--:|\n| Water | Fixed |")
    assert html.count('<th scope="col">') == 2
    assert "style" not in html


@pytest.mark.parametrize(
    ("markdown", "levels"),
    [
        ("# a\n## b\n### c\n# d", ["h3", "h4", "h4", "h3"]),
        ("### a\n#### b\n### c", ["h3", "h4", "h3"]),
        ("## a\n# b\n## c", ["h3", "h3", "h4"]),
        ("a\n=\n\nb\n-", ["h3", "h4"]),
    ],
)
def test_headings_stand_under_the_pages_own_and_skip_no_level(markdown: str, levels: list[str]) -> None:
    assert [tag for tag, _ in Seen(formatted(markdown)).tags] == levels


def test_formatting_takes_twenty_thousand_letters_and_no_more() -> None:
    assert len(formatted("a" * LONGEST_FORMATTED)) > LONGEST_FORMATTED
    with pytest.raises(TextTooLong):
        formatted("a" * (LONGEST_FORMATTED + 1))


def test_stored_html_comes_back_as_it_was_made() -> None:
    made = formatted("Two *words*")
    assert isinstance(made, Markup)
    assert as_stored_html(str(made)) == made
    assert isinstance(as_stored_html(str(made)), Markup)


TYPED = (
    ("a\r\nb\rc\nd", "a\nb\nc\nd"),
    ("a\tb", "a\tb"),
    ("a\x00b\x07c\x1bd\x0be", "abcde"),
    ("\u202ea\u202cb\u2066c\u2069", "abc"),
    ("a\ud800b\udfffc", "abc"),
    ("a\uffffb\ufffec", "abc"),
    ("  as   typed  \n\n", "  as   typed  \n\n"),
    ("<b>& \"q\" 'r'", "<b>& \"q\" 'r'"),
    ("می‌خواهم \u200fabc\u200e", "می‌خواهم \u200fabc\u200e"),
    ("👩‍👩‍👧 ❤️ 🏳️‍🌈", "👩‍👩‍👧 ❤️ 🏳️‍🌈"),
    ("e\u0301 é", "e\u0301 é"),
)


@pytest.mark.parametrize(("typed", "stored"), TYPED)
def test_plain_text_is_stored_as_typed_but_for_what_nobody_can_see(typed: str, stored: str) -> None:
    assert plain(typed, 100) == stored


def test_text_that_is_too_long_is_refused_with_its_length_and_not_cut() -> None:
    assert plain("ñ" * 10, 10) == "ñ" * 10
    with pytest.raises(TextTooLong, match=r"It has 11 letters and there is room for 10\.") as refusal:
        plain("ñ" * 11, 10)
    assert (refusal.value.limit, refusal.value.length) == (10, 11)


def test_what_is_taken_out_does_not_count_towards_the_limit() -> None:
    assert plain("a\r\n" * 5 + "\x00" * 50, 10) == "a\n" * 5


def test_a_title_stays_on_one_line() -> None:
    assert one_line("  A fair\r\n rule\u2028for\x00 \t bans\u202e \x07 ") == "A fair rule for bans"


@given(st.text(st.characters(exclude_categories=[])))
def test_a_title_never_breaks_or_turns_a_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line == one_line(line) == line.strip()
