// Draws lanes, bars and columns on a canvas, and finds what is at a point of it. Times count from the window's begin.
const LANE = 26, CORE_GAP = 12, TOP = 6, AXIS = 28, EDGE = 12;
const BAR_TOP = 3, BAR_BOTTOM = 23, FOOT = 4, LEAST_PART = 3;
const TICK = 84, TICK_GAP = 24, NARROW = 560, FAINT = 0.16, NEAR = 2;
const INK = "#22262b", PALE = "#757d87", LINE = "#e6e9ed", BAND = "#f7f8fa";
const FONT = "system-ui, sans-serif", MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";
const EXACT_DIGITS = 15;

// Returns a boundary of the run as text: exact up to 15 digits, with an exponent beyond.
function cycleText(part, time) {
  const digits = String(BigInt(part.begin) + BigInt(Math.round(time)));
  return digits.length <= EXACT_DIGITS ? grouped(digits) : Number(digits).toExponential(3).replace("e+", "e");
}

function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

function countText(number) {
  return cycleText({ begin: "0" }, number);
}

class Chart {
  constructor(canvas, data) {
    this.canvas = canvas;
    this.data = data;
    this.pen = canvas.getContext("2d");
    this.selected = 0;
    this.tops = [];
    let top = TOP;
    data.lanes.forEach((lane, place) => {
      if (place && data.lanes[place - 1].core !== lane.core) top += CORE_GAP;
      this.tops.push(top);
      top += LANE;
    });
    this.bottom = top;
    this.severalCores = new Set(data.lanes.map((lane) => lane.core)).size > 1;
    this.byLane = data.parts.map((part) => this.sorted(part));
    this.show(0);
  }

  // Returns the bars of a window by lane, in the order of time; none where it has columns.
  sorted(part) {
    const lanes = this.data.lanes.map(() => []);
    for (const [lane, activity, begin, end, instruction, worked, note] of part.bars ?? []) {
      lanes[lane].push({ lane, activity, begin, end, worked, note: this.data.notes[note],
        instruction: this.data.instructions[instruction] });
    }
    for (const lane of lanes) lane.sort((one, other) => one.begin - other.begin);
    return lanes;
  }

  // Shows another window, all of it.
  show(place) {
    this.place = place;
    this.part = this.data.parts[place];
    this.span(0, this.part.cycles);
  }

  // Shows the time from `from` to `to`, as far as the window has it; never less than a few cycles.
  span(from, to) {
    const least = Math.min(4, this.part.cycles), most = this.part.cycles;
    const length = Math.min(Math.max(to - from, least), most);
    this.from = Math.min(Math.max(from + (to - from - length) / 2, 0), most - length);
    this.to = this.from + length;
  }

  get left() {
    return this.width < NARROW ? (this.severalCores ? 84 : 66) : (this.severalCores ? 124 : 76);
  }

  get scale() {
    return (this.width - this.left - EDGE) / Math.max(this.to - this.from, 1e-9);
  }

  x(time) {
    return this.left + (time - this.from) * this.scale;
  }

  time(x) {
    return Math.min(Math.max(this.from + (x - this.left) / this.scale, this.from), this.to);
  }

  draw() {
    const ratio = devicePixelRatio || 1;
    this.width = this.canvas.parentElement.clientWidth;
    const height = this.bottom + AXIS;
    this.canvas.style.height = `${height}px`;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pen.clearRect(0, 0, this.width, height);
    this.frame();
    this.pen.save();
    this.pen.beginPath();
    this.pen.rect(this.left, 0, this.width - this.left - EDGE, this.bottom);
    this.pen.clip();
    if (this.part.columns) this.columns();
    else this.byLane[this.place].forEach((bars) => this.bars(bars));
    this.pen.restore();
  }

  frame() {
    const { pen } = this;
    pen.textBaseline = "middle";
    this.data.lanes.forEach((lane, place) => {
      const y = this.tops[place] + LANE / 2, isFirst = !place || this.data.lanes[place - 1].core !== lane.core;
      pen.fillStyle = BAND;
      pen.fillRect(this.left, this.tops[place] + BAR_TOP, this.width - this.left - EDGE, BAR_BOTTOM - BAR_TOP);
      pen.fillStyle = PALE;
      pen.font = `12px ${FONT}`;
      pen.textAlign = "right";
      pen.fillText(lane.unit, this.left - 8, y);
      if (isFirst && this.severalCores) {
        pen.fillStyle = INK;
        pen.font = `600 12px ${FONT}`;
        pen.textAlign = "left";
        pen.fillText(this.width < NARROW ? String(lane.core) : `core ${lane.core}`, 0, y);
      }
    });
    this.axis();
  }

  axis() {
    const { pen } = this;
    pen.font = `11px ${FONT}`;
    const step = this.step(Math.max(TICK, pen.measureText(cycleText(this.part, this.to)).width + TICK_GAP));
    pen.fillStyle = PALE;
    pen.strokeStyle = LINE;
    pen.textAlign = "center";
    const offset = Number(BigInt(this.part.begin) % BigInt(step));
    for (let time = Math.ceil((this.from + offset) / step) * step - offset; time <= this.to; time += step) {
      const x = Math.round(this.x(time)) + 0.5, text = cycleText(this.part, time);
      pen.beginPath();
      pen.moveTo(x, TOP);
      pen.lineTo(x, this.bottom + 4);
      pen.stroke();
      const half = pen.measureText(text).width / 2;
      pen.fillText(text, Math.min(Math.max(x, this.left + half - 10), this.width - half), this.bottom + 15);
      if (time + step === time) break;
    }
  }

  // Returns the cycles from tick to tick, so many pixels or more: 1, 2 or 5 times a power of ten, at least one.
  step(pixels) {
    const least = Math.max(pixels / this.scale, 1), power = 10 ** Math.floor(Math.log10(least));
    return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= least * 0.999) ?? 10 * power;
  }

  bars(bars) {
    const shown = bars.filter((bar) => bar.end > this.from && bar.begin < this.to);
    const inFlight = (bar) => bar.activity === this.data.flight;
    for (const bar of [...shown.filter(inFlight), ...shown.filter((bar) => !inFlight(bar))]) this.bar(bar);
    this.pen.globalAlpha = 1;
  }

  bar(bar) {
    const { pen, data } = this, top = this.tops[bar.lane];
    const left = Math.max(this.x(bar.begin), this.left - 2), right = Math.min(this.x(bar.end), this.width);
    const length = right - left, width = Math.max(length > 4 ? length - 1 : length, 0.7);
    const isSelected = this.selected && bar.instruction.line === this.selected;
    pen.globalAlpha = this.selected && !isSelected ? FAINT : 1;
    const activity = data.activities[bar.activity], full = BAR_BOTTOM - BAR_TOP;
    let isDark = activity.isWork || activity.name === "decodes";
    if (bar.activity === data.flight) {
      pen.fillStyle = activity.colour;
      pen.fillRect(left, top + BAR_BOTTOM - FOOT, width, FOOT);
      return;
    }
    const part = activity.isWork ? bar.worked / (bar.end - bar.begin) : 1;
    if (activity.isWork && part < 1) {
      pen.fillStyle = this.portColour();
      pen.fillRect(left, top + BAR_TOP, width, full);
      isDark = false;
    }
    const height = Math.max(part * full, LEAST_PART);
    pen.fillStyle = activity.isWork ? data.lanes[bar.lane].colour : activity.colour;
    pen.fillRect(left, top + BAR_BOTTOM - height, width, height);
    if (isSelected && length > 3) {
      pen.strokeStyle = INK;
      pen.strokeRect(left + 0.5, top + BAR_TOP + 0.5, width - 1, full - 1);
    }
    this.label(bar, left, length, isDark);
  }

  portColour() {
    return this.data.activities.find((each) => each.name === "waits for its port").colour;
  }

  // Writes the source line and the instruction into a bar, the line alone, or nothing, as there is room.
  label(bar, left, length, isDark) {
    const { line, text } = bar.instruction;
    if (!line || length < 16) return;
    const { pen } = this;
    pen.font = `10.5px ${MONO}`;
    const shown = [`${line} ${text}`, String(line)].find((each) => pen.measureText(each).width < length - 6);
    if (!shown) return;
    pen.fillStyle = isDark ? "#ffffff" : INK;
    pen.textAlign = "center";
    pen.fillText(shown, left + length / 2, this.tops[bar.lane] + LANE / 2 + 0.5);
  }

  columns() {
    const { pen, data, part } = this, width = part.columnCycles, full = BAR_BOTTOM - BAR_TOP;
    const first = Math.floor(this.from / width), base = new Map();
    for (const [lane, activity, cells] of part.columns) {
      if (activity === data.flight) continue;
      const kind = data.activities[activity], heights = base.get(lane) ?? new Float64Array(cells.length);
      pen.fillStyle = kind.isWork ? data.lanes[lane].colour : kind.colour;
      for (let place = first; place < cells.length && place * width < this.to; place += 1) {
        const left = this.pixel(place * width), right = this.pixel(Math.min((place + 1) * width, part.cycles));
        const height = cells[place] / part.fine * full;
        if (height) pen.fillRect(left, this.tops[lane] + BAR_BOTTOM - heights[place] - height, right - left, height);
        heights[place] += height;
      }
      base.set(lane, heights);
    }
  }

  // Returns where a time is, at the edge of a pixel: so columns have no gaps between them.
  pixel(time) {
    const ratio = devicePixelRatio || 1;
    return Math.round(this.x(time) * ratio) / ratio;
  }

  // Returns the lane at a height, or undefined.
  laneAt(y) {
    const found = this.tops.findIndex((top) => y >= top && y < top + LANE);
    return found < 0 ? undefined : found;
  }

  // Returns the bar at a point, or undefined. What is too narrow to be hit counts from a little further away.
  barAt(x, y) {
    const lane = this.laneAt(y);
    if (lane === undefined || this.part.columns || x < this.left - NEAR) return undefined;
    return this.barIn(lane, this.from + (x - this.left) / this.scale, NEAR / this.scale);
  }

  barIn(lane, time, near) {
    const here = this.byLane[this.place][lane].filter((bar) => time >= bar.begin - near && time < bar.end + near);
    const away = (bar) => Math.max(bar.begin - time, time - bar.end, 0) + (bar.activity === this.data.flight ? near : 0);
    return here.sort((one, other) => away(one) - away(other))[0];
  }
}
