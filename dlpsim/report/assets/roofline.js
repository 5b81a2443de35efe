// Draws the roofline when it comes near to sight: plotly.js is long, and the page is there before it is read.
function drawRoofline() {
  const code = document.getElementById("plotly"), script = document.createElement("script");
  script.textContent = code.textContent;
  document.head.append(script);
  const { data, layout } = DATA.roofline, isNarrow = innerWidth < 700;
  const font = { family: "system-ui, sans-serif", color: INK, size: isNarrow ? 10.5 : 12 };
  const legend = isNarrow ? { orientation: "h", y: -0.2, font } : { font };
  const hoverlabel = { align: "left", bgcolor: "#ffffff", bordercolor: "#c9cfd6", font };
  Plotly.newPlot(document.getElementById("roofline-chart"), data, { ...layout, legend, font, hoverlabel }, {
    responsive: true,
    displaylogo: false,
    modeBarButtons: [["toImage", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]],
  });
}

const watch = new IntersectionObserver((seen) => {
  if (!seen.some((each) => each.isIntersecting)) return;
  watch.disconnect();
  drawRoofline();
}, { rootMargin: "400px" });
watch.observe(document.getElementById("roofline-chart"));
