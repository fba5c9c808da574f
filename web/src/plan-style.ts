/** How the plan looks: the palette of the page, each state with a pattern or an outline besides its colour. */
import type { StylesheetJson } from "cytoscape";
import { FONT_PX, WIDEST_PX } from "./arrange";

/** Read the page's palette as it is now, day or night. */
export function sheet(box: HTMLElement): StylesheetJson {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  const face = getComputedStyle(document.body).fontFamily;
  const hatched = (image: string | undefined, width: number): Record<string, unknown> => ({
    "background-color": of("--hatch-ground"),
    "background-image": image,
    "background-repeat": "repeat",
    "background-width": width,
    "background-height": width,
    "background-fit": "none",
    "background-clip": "node",
    "background-image-smoothing": "no",
    "text-outline-width": 3,
    "text-outline-color": of("--hatch-ground"),
  });
  return [
    {
      selector: "node",
      style: {
        shape: "round-rectangle",
        "corner-radius": "4",
        "background-color": of("--room"),
        "border-width": 1.5,
        "border-color": of("--ink"),
        color: of("--ink"),
        "font-family": face,
        "font-size": FONT_PX,
        "line-height": 1.25,
        "text-wrap": "wrap",
        "text-max-width": `${WIDEST_PX}px`,
        "text-valign": "center",
        "text-halign": "center",
        "min-zoomed-font-size": 6,
        "overlay-opacity": 0,
        label: "data(label)",
      },
    },
    { selector: "node:childless", style: { width: "data(width)", height: "data(height)" } },
    {
      selector: "node:parent",
      style: { "text-valign": "top", "text-margin-y": -4, padding: "12px", "background-opacity": 0.5, "text-max-width": "600px", "font-weight": "bold" },
    },
    { selector: "node.group, node.crowd, node.kind", style: { "border-style": "double", "border-width": 4 } },
    { selector: "node:parent.group, node:parent.crowd, node:parent.kind", style: { "border-style": "solid", "border-width": 1.5, "border-color": of("--edge") } },
    { selector: "node.suspect", style: hatched(box.dataset.hatch, 8) },
    { selector: "node.doubt", style: hatched(box.dataset.hatchLight, 18) },
    { selector: "node.suspect, node.doubt", style: { "border-color": of("--suspect"), "border-width": 2.5 } },
    {
      selector: "node.lost",
      style: { "background-color": of("--lost"), color: of("--on-lost"), "border-color": of("--lost-ink"), "border-width": 3, "text-outline-width": 0 },
    },
    { selector: "node:parent.lost, node:parent.suspect, node:parent.doubt", style: { "background-opacity": 0.12, "background-image-opacity": 0, color: of("--ink"), "text-outline-width": 0 } },
    { selector: "node.kept", style: { "background-color": of("--kept-ground"), "border-color": of("--kept"), "border-style": "double", "border-width": 5 } },
    { selector: "node.unseen", style: { "border-style": "dotted", "border-color": of("--mute"), color: of("--mute") } },
    { selector: "node.needed", style: { "outline-width": 4, "outline-color": of("--calm"), "outline-offset": 2 } },
    { selector: "node.on", style: { "border-width": 4, "border-color": of("--ink"), "border-style": "solid" } },
    { selector: "node.pointed", style: { "outline-width": 4, "outline-color": of("--calm"), "outline-offset": 3 } },
    {
      selector: "edge",
      style: {
        "curve-style": "bezier",
        "control-point-step-size": 26,
        width: 1.5,
        "line-color": of("--ink"),
        "line-opacity": 0.35,
        "target-arrow-shape": "triangle",
        "target-arrow-color": of("--ink"),
        "mid-target-arrow-color": of("--ink"),
        "arrow-scale": 0.9,
        "font-family": face,
        "font-size": FONT_PX,
        color: of("--ink"),
        "text-background-color": of("--paper"),
        "text-background-opacity": 0.9,
        "text-background-padding": "2px",
        "min-zoomed-font-size": 8,
      },
    },
    { selector: "edge.open", style: { "line-style": "dashed" } },
    { selector: "edge.lifeline", style: { width: 2, "line-opacity": 0.9, "mid-target-arrow-shape": "square", "mid-target-arrow-fill": "hollow" } },
    { selector: "edge.closed", style: { width: 3, "line-opacity": 0.9, "mid-target-arrow-shape": "square" } },
    {
      selector: "edge.leak",
      style: {
        "line-style": "dotted",
        width: 3,
        "line-opacity": 0.95,
        "line-color": of("--lost-ink"),
        "target-arrow-color": of("--lost-ink"),
        "mid-target-arrow-shape": "diamond",
        "mid-target-arrow-color": of("--lost-ink"),
      },
    },
    { selector: "edge.quiet", style: { "line-opacity": 0.18 } },
    { selector: "edge.new", style: { width: 3, "line-opacity": 0.8 } },
    { selector: "edge.far", style: { "line-opacity": 0.12 } },
    { selector: "edge.hush", style: { "line-opacity": 0, "target-arrow-shape": "none", events: "no" } },
    { selector: "edge.near, edge.pointed", style: { "line-opacity": 1, "target-arrow-shape": "triangle", "z-index": 9, events: "yes" } },
    { selector: "edge.near.leak, edge.near.closed, edge.near.lifeline, edge.pointed", style: { label: "data(words)" } },
  ] as StylesheetJson;
}
