import json
import re

from dlpsim.pictures.roofline_page import roofline_page
from tests.pictures.test_roofline import BALANCED, data_of


def test_a_page_holds_all_that_it_needs() -> None:
    data = data_of(("<script>", BALANCED, "dlp-s"), ("empty", "", "dlp-s"), chips=True)
    page = roofline_page(data)
    assert page == roofline_page(data)
    assert len(page) < 6_000_000
    text = page.decode()
    outside = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    assert "http" not in outside
    assert text.count("Plotly.newPlot(") == 1
    (figure,) = re.findall(r"^const figure = (.*);$", text, re.MULTILINE)
    assert "<script>" not in figure
    names = [trace["name"] for trace in json.loads(figure)["data"]]
    assert "dlp-s MAC_32: 512 GFLOP/s" in names
    assert "1 &lt;script&gt; on dlp-s" in names
    assert "NVIDIA T4" in names
    assert "not drawn, as without MACs: empty" in json.loads(figure)["layout"]["title"]["text"]
