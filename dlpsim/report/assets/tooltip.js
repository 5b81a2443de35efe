// The box that tells what is under the pointer. Texts only, never HTML.
class Tooltip {
  constructor(element) {
    this.element = element;
  }

  // Shows rows beside the point (x, y) of the window: a heading, then texts or pairs of a name and a text.
  show(x, y, rows) {
    this.element.replaceChildren(...rows.map((row, place) => this.row(row, place)));
    this.element.hidden = false;
    const { width, height } = this.element.getBoundingClientRect();
    const edge = 8, gap = 14;
    const left = x + gap + width + edge < innerWidth ? x + gap : x - gap - width;
    const top = y + gap + height + edge < innerHeight ? y + gap : y - gap - height;
    this.element.style.left = `${Math.max(edge, Math.min(left, innerWidth - width - edge))}px`;
    this.element.style.top = `${Math.max(edge, top)}px`;
  }

  hide() {
    this.element.hidden = true;
  }

  row(row, place) {
    const line = document.createElement(place ? "div" : "b");
    if (typeof row === "string") {
      line.textContent = row;
    } else {
      const [name, text] = row.map((each) => Object.assign(document.createElement("span"), { textContent: each }));
      line.append(name, text);
      line.className = "pair";
    }
    return line;
  }
}
