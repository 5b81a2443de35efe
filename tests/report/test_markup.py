from dlpsim.report.markup import Head, Markup, bar, explained, joined, section, table, tag


def test_texts_and_attributes_are_escaped_once() -> None:
    inner = tag("b", {"title": "\"'<>&"}, "1 < 2 & \"'")
    assert inner == Markup('<b title="&quot;&#x27;&lt;&gt;&amp;">1 &lt; 2 &amp; &quot;&#x27;</b>')
    assert tag("i", {"class": ""}, inner, "<").text == f"<i>{inner.text}&lt;</i>"


def test_table() -> None:
    made = table((Head("a"), Head("b", is_number=True)), [("<", joined(["x", "y"]))], "c").text
    assert made.endswith('<tbody><tr><td>&lt;</td><td class="number">xy</td></tr></tbody></table></div>')
    assert '<caption>c</caption><thead><tr><th scope="col">a</th><th scope="col" class="number">b</th></tr>' in made
    assert table((Head("a"),), []) == Markup("")


def test_bars_are_within_their_frame() -> None:
    assert [bar(share).text.split('"')[3] for share in (-1, 0.5, 2)] == ["width:0.00%", "width:50.00%", "width:100.00%"]


def test_section_and_meaning() -> None:
    assert section("x", "y", "z").text == '<section id="x"><h2>y</h2>z</section>'
    assert explained("text", "") == "text"
