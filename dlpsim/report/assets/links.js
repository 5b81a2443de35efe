// Joins the parts of the page: a line selects its bars, a bar its line.
const HELP = document.getElementById("timeline-status").textContent;
let selected = 0;

function rowOf(line) {
  return document.getElementById(`L${line}`);
}

// Selects a line (0: none): its row, and its bars. `isFromBar` if a bar was clicked: then its row is brought to sight.
function select(line, isFromBar) {
  rowOf(selected)?.classList.remove("selected");
  selected = line;
  const row = rowOf(line), found = timeline.select(line);
  row?.classList.add("selected");
  if (row && isFromBar) bringToSight(row);
  document.getElementById("timeline-status").textContent = line ? said(line, found) : HELP;
}

function said(line, found) {
  const where = found.isReduced ? "no bars in what is drawn in full"
    : `${countText(found.bars)} bar${found.bars === 1 ? "" : "s"} in “${found.name}”`;
  return [`Line ${line}: ${where}`, ...facts(line)].join(" · ");
}

// Returns what the row of a line tells, also where the page is too narrow for its columns.
function facts(line) {
  const cell = (kind) => [...(rowOf(line)?.querySelectorAll(`.${kind}`) ?? [])].map((each) => each.textContent.trim()).join(", ");
  const named = [["path", "of the critical path"], ["times", "times"], ["occupied", "cycles occupied"]];
  const numbers = named.map(([kind, name]) => [cell(kind), name]).filter(([text]) => text).map((pair) => pair.join(" "));
  const waits = cell("waiting div");
  return [...numbers, ...(waits ? [`waits ${waits}`] : [])];
}

// Scrolls the listing, and the page no more than it takes to see the listing.
function bringToSight(row) {
  const box = row.closest(".listing");
  box.scrollTop += row.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 2;
  row.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const tooltip = new Tooltip(document.getElementById("tooltip"));
const timeline = new Timeline(document.getElementById("timeline"), DATA.timeline, tooltip, (line) => select(line, true));

// Where nothing can be pointed at, a touch tells what a part of a bar is.
document.addEventListener("click", (event) => {
  const part = event.target.closest(".stack i");
  if (part) tooltip.show(event.clientX, event.clientY, part.title.split("\n"));
  else if (!event.target.closest("canvas")) tooltip.hide();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.line"), row = event.target.closest("tr[data-line]");
  const line = Number((link ?? row)?.dataset.line ?? 0);
  if (!line || String(getSelection())) return;
  event.preventDefault();
  const isElsewhere = link && !row;
  select(line === selected && !isElsewhere ? 0 : line, isElsewhere);
  if (isElsewhere) document.getElementById("timeline").scrollIntoView({ block: "start" });
});

{
  const box = document.querySelector(".listing"), first = box.querySelector("tr.active");
  if (first) box.scrollTop = Math.max(0, first.offsetTop - 3 * first.offsetHeight);
}
