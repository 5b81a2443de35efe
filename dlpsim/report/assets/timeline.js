// The timeline: zooms, tells what is under the pointer, and calls `onLine` when a bar is clicked.
const DRAG = 4, ZOOM = 1.6, WHEEL = 0.0022;

class Timeline {
  constructor(root, data, tooltip, onLine) {
    this.canvas = root.querySelector("canvas");
    this.brush = root.querySelector("#brush");
    this.buttons = [...root.querySelectorAll("[data-part]")];
    this.data = data;
    this.tooltip = tooltip;
    this.onLine = onLine;
    this.chart = new Chart(this.canvas, data);
    this.drag = null;
    this.buttons.forEach((button, place) => button.addEventListener("click", () => this.show(place)));
    for (const button of root.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => this.act(button.dataset.do));
    }
    this.listen();
    new ResizeObserver(() => this.draw()).observe(this.canvas.parentElement);
    this.draw();
  }

  draw() {
    this.chart.draw();
    Object.assign(this.canvas.dataset, { from: this.chart.from, to: this.chart.to, part: this.chart.place });
  }

  show(place) {
    this.chart.show(place);
    this.buttons.forEach((button, each) => button.setAttribute("aria-pressed", String(each === place)));
    this.tooltip.hide();
    this.draw();
  }

  span(from, to) {
    this.chart.span(from, to);
    this.draw();
  }

  // Zooms by a factor about a time, which stays where it is.
  zoom(factor, about) {
    const { from, to } = this.chart;
    this.span(about - (about - from) / factor, about + (to - about) / factor);
  }

  act(what) {
    const { from, to, part } = this.chart, length = to - from, middle = (from + to) / 2;
    if (what === "in") this.zoom(ZOOM, middle);
    if (what === "out") this.zoom(1 / ZOOM, middle);
    if (what === "left") this.shift(-length / 2);
    if (what === "right") this.shift(length / 2);
    if (what === "all") this.span(0, part.cycles);
  }

  shift(cycles) {
    const { from, to, part } = this.chart;
    const by = Math.min(Math.max(cycles, -from), part.cycles - to);
    this.span(from + by, to + by);
  }

  // Highlights the bars of a line (0: of none). Returns how many there are in the window.
  select(line) {
    this.chart.selected = line;
    if (line) this.reveal(line);
    this.draw();
    const { part, place } = this.chart;
    return { bars: this.barsOf(line, place).length, isReduced: Boolean(part.columns), name: part.name };
  }

  barsOf(line, place) {
    return this.chart.byLane[place].flat().filter((bar) => bar.instruction.line === line);
  }

  // Goes where a bar of the line is to be seen: to a window with bars where there are columns, to the nearest bar.
  reveal(line) {
    if (this.chart.part.columns) {
      const place = this.data.parts.findIndex((_, each) => this.barsOf(line, each).length);
      if (place >= 0) this.show(place);
    }
    const bars = this.barsOf(line, this.chart.place), { from, to } = this.chart;
    if (!bars.length || bars.some((bar) => bar.end > from && bar.begin < to)) return;
    const away = (bar) => Math.min(Math.abs(bar.begin - from), Math.abs(bar.begin - to));
    const nearest = bars.reduce((best, bar) => (away(bar) < away(best) ? bar : best));
    this.shift((nearest.begin + nearest.end) / 2 - (from + to) / 2);
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.release(event));
    canvas.addEventListener("pointercancel", () => this.letGo());
    canvas.addEventListener("pointerleave", () => this.tooltip.hide());
    canvas.addEventListener("dblclick", () => this.act("all"));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  press(event) {
    if (event.button) return;
    this.canvas.setPointerCapture(event.pointerId);
    const { from, to } = this.chart;
    this.drag = { x: event.offsetX, from, to, isTouch: event.pointerType === "touch", isMoved: false };
  }

  move(event) {
    const { drag } = this;
    if (!drag) {
      this.tell(event);
      return;
    }
    drag.isMoved ||= Math.abs(event.offsetX - drag.x) > DRAG;
    if (!drag.isMoved) return;
    this.tooltip.hide();
    if (drag.isTouch) {
      this.chart.span(drag.from, drag.to);
      this.shift((drag.x - event.offsetX) / this.chart.scale);
    } else {
      this.paint(drag.x, event.offsetX);
    }
  }

  // Shows the stretch that a drag has gone over.
  paint(one, other) {
    const { left, width } = this.chart, [low, high] = [Math.min(one, other), Math.max(one, other)];
    const begin = Math.max(low, left), end = Math.min(high, width - EDGE);
    Object.assign(this.brush.style, { left: `${begin}px`, width: `${Math.max(end - begin, 0)}px` });
    this.brush.hidden = false;
  }

  release(event) {
    const { drag, chart } = this;
    this.letGo();
    if (!drag) return;
    if (!drag.isMoved) {
      const bar = chart.barAt(event.offsetX, event.offsetY);
      this.onLine(bar ? bar.instruction.line : 0);
      if (drag.isTouch) this.tell(event);
    } else if (!drag.isTouch) {
      const times = [chart.time(drag.x), chart.time(event.offsetX)];
      this.span(Math.min(...times), Math.max(...times));
    }
  }

  letGo() {
    this.drag = null;
    this.brush.hidden = true;
  }

  wheel(event) {
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (event.ctrlKey || event.metaKey) this.zoom(Math.exp(-event.deltaY * WHEEL), this.chart.time(event.offsetX));
    else if (isSideways) this.shift((event.deltaX || event.deltaY) / this.chart.scale);
    else return;
    event.preventDefault();
    this.tell(event);
  }

  key(event) {
    const what = { "+": "in", "=": "in", "-": "out", ArrowLeft: "left", ArrowRight: "right", 0: "all" }[event.key];
    if (!what) return;
    event.preventDefault();
    this.act(what);
  }

  // Tells what is at the pointer.
  tell(event) {
    const { chart } = this, lane = chart.laneAt(event.offsetY);
    const rows = lane === undefined || event.offsetX < chart.left ? null : this.rowsAt(event, lane);
    if (rows) this.tooltip.show(event.clientX, event.clientY, rows);
    else this.tooltip.hide();
    this.canvas.style.cursor = chart.barAt(event.offsetX, event.offsetY)?.instruction.line ? "pointer" : "crosshair";
  }

  rowsAt(event, lane) {
    const { chart } = this, time = chart.time(event.offsetX);
    const { core, unit } = this.data.lanes[lane], heading = `core ${core}, ${unit}`;
    if (chart.part.columns) return this.columnRows(heading, lane, time);
    const bar = chart.barAt(event.offsetX, event.offsetY);
    return bar ? this.barRows(heading, bar) : this.idleRows(heading, lane, time);
  }

  columnRows(heading, lane, time) {
    const { part } = this.chart, width = part.columnCycles, place = Math.floor(Math.min(time, part.cycles * 0.999999) / width);
    const begin = place * width, end = Math.min(begin + width, part.cycles);
    const rows = [heading, ["cycles", this.range(begin, end)]];
    for (const [of, activity, cells] of part.columns) {
      if (of === lane && cells[place]) {
        rows.push([this.data.activities[activity].name, `${(100 * cells[place] / part.fine).toFixed(1)} %`]);
      }
    }
    return rows.length > 2 ? rows : [...rows, "nothing"];
  }

  range(begin, end) {
    const { part } = this.chart, length = countText(end - begin);
    return `${cycleText(part, begin)} to ${cycleText(part, end)} (${length} cycle${end - begin === 1 ? "" : "s"})`;
  }

  barRows(heading, bar) {
    const { line, text } = bar.instruction, activity = this.data.activities[bar.activity];
    const rows = [heading, ["cycles", this.range(bar.begin, bar.end)], ["cause", activity.name]];
    if (bar.note) rows.push(["", bar.note]);
    rows.push([line ? `line ${line}` : "instruction", text]);
    if (activity.isWork) rows.push(...this.rates(bar));
    return rows;
  }

  // Yields how much of its work a bar needed and had in a cycle, and what waiting for the port took.
  *rates(bar) {
    const { bytes, ops, type } = bar.instruction, length = bar.end - bar.begin, waited = length - bar.worked;
    const rate = (amount, cycles) => Number((amount / cycles).toPrecision(4)).toLocaleString("en-US", { maximumFractionDigits: 3 });
    if (ops) yield ["computes", `${rate(ops, length)} ${type}/cycle`];
    if (!bytes) return;
    yield ["moves", `${countText(bytes)} bytes`];
    yield ["required", `${rate(bytes, bar.worked)} B/cycle`];
    yield ["used", `${rate(bytes, length)} B/cycle`];
    if (waited) yield ["port", `waits ${countText(waited)} cycles for other cores' beats`];
  }

  idleRows(heading, lane, time) {
    const { chart, data } = this, bars = chart.byLane[chart.place][lane].filter((bar) => bar.activity !== data.flight);
    const begin = Math.max(0, ...bars.filter((bar) => bar.end <= time).map((bar) => bar.end));
    const end = bars.find((bar) => bar.begin > time)?.begin ?? chart.part.cycles;
    const decoder = data.lanes.findIndex((each) => each.core === data.lanes[lane].core && each.unit === data.decoder);
    const what = lane === decoder ? "nothing: takes no time, or is done" : "idle";
    const rows = [heading, ["cycles", this.range(begin, end)], ["cause", what]];
    const meanwhile = lane === decoder ? undefined : chart.barIn(decoder, time, 0);
    if (!meanwhile) return rows;
    const { line, text } = meanwhile.instruction, cause = data.activities[meanwhile.activity].name;
    rows.push(["decoder", `${cause}${meanwhile.note ? ` ${meanwhile.note}` : ""}`]);
    rows.push([line ? `at line ${line}` : "at", text]);
    return rows;
  }
}
