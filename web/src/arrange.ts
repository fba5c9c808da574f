/** Where each place goes: decks from the outside world down to what must survive, rooms packed in each. */
import ELK, { type ElkNode } from "elkjs/lib/elk-api.js";
import type { Graph, PlacedPlace } from "./plan";

export interface Spot {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const FONT_PX = 15;
export const LINE_PX = 19;
export const WIDEST_PX = 190;
const ROOM = { padX: 12, padY: 9, least: 84 };

let elk: InstanceType<typeof ELK> | undefined;
let ruler: CanvasRenderingContext2D | null | undefined;

/** How wide a line is, in the page's own face. */
function measure(text: string): number {
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return text.length * FONT_PX * 0.6;
  ruler.font = `${FONT_PX}px ${getComputedStyle(document.body).fontFamily}`;
  return ruler.measureText(text).width;
}

/** How large a room must be for its words, wrapped as Cytoscape wraps them. */
export function sizeOf(place: PlacedPlace): { width: number; height: number } {
  let lines = 0;
  let widest = 0;
  for (const text of [place.name, ...place.words]) {
    let line = "";
    for (const word of text.split(" ")) {
      const longer = line ? `${line} ${word}` : word;
      if (line && measure(longer) > WIDEST_PX) {
        widest = Math.max(widest, measure(line));
        lines++;
        line = word;
      } else line = longer;
    }
    widest = Math.max(widest, measure(line));
    lines++;
  }
  return {
    width: Math.ceil(Math.max(ROOM.least, Math.min(widest, WIDEST_PX + 40) + 2 * ROOM.padX)),
    height: Math.ceil(lines * LINE_PX + 2 * ROOM.padY),
  };
}

const ONE_ROW = 6;

/** Rooms of a place: a few stand in one row, many in a block that is wider than high, as a screen is. */
const packed = (rooms: number): Record<string, string> => ({
  "elk.algorithm": "rectpacking",
  "elk.aspectRatio": rooms <= ONE_ROW ? "40" : "3",
  "elk.spacing.nodeNode": "16",
  "elk.padding": "[top=38,left=16,bottom=16,right=16]",
});

/**
 * Place everything.
 *
 * Each deck is a row of kinds; what is inside an opened place is packed in the list's order, so that a name is found where
 * it is looked for. The work is done in a worker: the page answers meanwhile.
 */
export async function arrange(graph: Graph, worker: string): Promise<Map<string, Spot>> {
  elk ??= new ELK({ workerUrl: worker });
  const inside = new Map<string | null, PlacedPlace[]>();
  for (const place of graph.places) inside.set(place.in, [...(inside.get(place.in) ?? []), place]);
  const node = (place: PlacedPlace): ElkNode =>
    place.opened && inside.has(place.id)
      ? { id: place.id, layoutOptions: packed(inside.get(place.id)?.length ?? 0), children: (inside.get(place.id) ?? []).map(node) }
      : { id: place.id, ...sizeOf(place) };
  const decks = new Map<number, PlacedPlace[]>();
  for (const place of inside.get(null) ?? []) decks.set(place.deck, [...(decks.get(place.deck) ?? []), place]);
  const rows = [...decks].sort(([one], [other]) => one - other);
  const root: ElkNode = {
    id: "root",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "DOWN",
      "elk.spacing.nodeNode": "30",
      "elk.layered.spacing.nodeNodeBetweenLayers": "34",
      "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
    },
    children: rows.map(([deck, places]) => ({
      id: `deck-${deck}`,
      layoutOptions: { ...packed(places.length), "elk.padding": "[top=0,left=0,bottom=0,right=0]", "elk.spacing.nodeNode": "40" },
      children: places.map(node),
    })),
    edges: rows.slice(1).map(([deck], index) => ({ id: `below-${deck}`, sources: [`deck-${rows[index]?.[0]}`], targets: [`deck-${deck}`] })),
  };
  const spots = new Map<string, Spot>();
  const settle = (one: ElkNode, left: number, top: number): void => {
    const x = left + (one.x ?? 0);
    const y = top + (one.y ?? 0);
    const width = one.width ?? 0;
    const height = one.height ?? 0;
    spots.set(one.id, { x: x + width / 2, y: y + height / 2, width, height });
    for (const child of one.children ?? []) settle(child, x, y);
  };
  settle(await elk.layout(root), 0, 0);
  return spots;
}
