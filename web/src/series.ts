/** Draws the figures of a table over time; the table stays, for whoever cannot see the drawing. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
const HEIGHT = 220;

/**
 * Read `table[data-series]`: its first column holds `<time datetime>`, each other column is a line, named by its
 * header; a cell's figure is its `data-value`, and no `data-value` is a gap.
 */
function columns(table: HTMLTableElement): { names: string[]; data: uPlot.AlignedData } {
  const names = [...(table.tHead?.rows[0]?.cells ?? [])].slice(1).map((cell) => cell.textContent?.trim() ?? "");
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  const times = rows.map((row) => Date.parse(row.querySelector("time")?.dateTime ?? "") / 1000);
  const lines = names.map((_, index) =>
    rows.map((row) => {
      const value = row.cells[index + 1]?.dataset.value;
      return value === undefined || value === "" ? null : Number(value);
    }),
  );
  return { names, data: [times, ...lines] as uPlot.AlignedData };
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function draw(table: HTMLTableElement): void {
  const { names, data } = columns(table);
  if ((data[0]?.length ?? 0) < 2) return;
  const box = document.createElement("div");
  box.className = "series no-paper";
  box.setAttribute("aria-hidden", "true");
  (table.closest(".scroll") ?? table).before(box);
  const lang = document.documentElement.lang || "fr";
  const hour = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hour12: false });
  const day = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short" });
  const figure = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
  const font = `15px ${getComputedStyle(document.body).fontFamily}`;
  const long = (data[0].at(-1) ?? 0) - (data[0][0] ?? 0) > 2 * 86_400;
  let plot: uPlot | undefined;
  const make = (): void => {
    plot?.destroy();
    const ink = colour("--ink");
    const rule = colour("--rule");
    const axis = { stroke: ink, font, grid: { stroke: rule, width: 1 }, ticks: { stroke: rule, width: 1 } };
    const lines = [ink, colour("--calm"), colour("--suspect"), colour("--kept")];
    plot = new uPlot(
      {
        width: Math.max(box.clientWidth, 240),
        height: HEIGHT,
        cursor: { drag: { x: false, y: false } },
        axes: [
          { ...axis, space: 70, values: (_, ticks) => ticks.map((tick) => (long ? day : hour).format(tick * 1000)) },
          { ...axis, size: 62, values: (_, ticks) => ticks.map((tick) => figure.format(tick)) },
        ],
        series: [
          { label: table.tHead?.rows[0]?.cells[0]?.textContent?.trim() ?? "", value: (_, at) => (at ? `${day.format(at * 1000)} ${hour.format(at * 1000)}` : "–") },
          ...names.map((label, index) => ({
            label,
            width: 2,
            stroke: lines[index % lines.length],
            dash: DASHES[index % DASHES.length],
            paths: table.dataset.series === "steps" ? uPlot.paths.stepped?.({ align: 1 }) : undefined,
            value: (_: uPlot, value: number | null) => (value === null ? "–" : figure.format(value)),
          })),
        ],
      },
      data,
      box,
    );
  };
  make();
  let width = box.clientWidth;
  new ResizeObserver(() => {
    if (plot && box.clientWidth !== width) {
      width = box.clientWidth;
      plot.setSize({ width: Math.max(width, 240), height: HEIGHT });
    }
  }).observe(box);
  window.addEventListener("theme", make);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", make);
}

for (const table of document.querySelectorAll<HTMLTableElement>("table[data-series]")) draw(table);
