/** The plan of the map: places in places, passages between them; it draws what the server sent and nothing else. */
import cytoscape from "cytoscape";
import { arrange } from "./arrange";
import { sheet } from "./plan-style";

export interface PlacedPlace {
  id: string;
  in: string | null;
  name: string;
  words: string[];
  look: string;
  chance: number;
  rank: string;
  deck: number;
  opened: boolean;
  needed: boolean;
  on: boolean;
}

export interface DrawnTie {
  from: string;
  to: string;
  level: string;
  leaks: number;
  quiet: boolean;
  new: boolean;
  words: string[];
}

export interface Graph {
  places: PlacedPlace[];
  ties: DrawnTie[];
}

const MOVE_MS = 300;
/** Beyond it, passages that nothing singles out are drawn when one of their ends is pointed at. */
const MOST_LINES = 60;
/** Below this zoom words cannot be read: a part is shown rather than the whole. */
const READABLE = 0.8;

export class Plan {
  private readonly cy: cytoscape.Core;
  private readonly said: HTMLParagraphElement;
  private readonly words: Record<string, string>;
  private shape = "";
  private turn = 0;

  /**
   * @param box - carries `data-graph`, and the addresses of the worker and of the hatchings
   * @param go - shows a place's details, or what is in it, by its key
   */
  constructor(
    private readonly box: HTMLElement,
    private readonly go: (key: string, inside: boolean) => void,
  ) {
    this.words = JSON.parse(box.dataset.say ?? "{}") as Record<string, string>;
    const canvas = document.createElement("div");
    canvas.className = "sheet-of-plan";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", this.words.plan ?? "");
    this.said = document.createElement("p");
    this.said.className = "plan-said";
    this.said.setAttribute("aria-hidden", "true");
    box.append(canvas, this.said, this.tools());
    // Cytoscape would write a style element here, which the security policy refuses; the sheet has its rule.
    if (!document.getElementById("__________cytoscape_stylesheet")) {
      const mark = document.createElement("meta");
      mark.id = "__________cytoscape_stylesheet";
      document.head.append(mark);
    }
    this.cy = cytoscape({
      container: canvas,
      style: sheet(box),
      minZoom: 0.05,
      maxZoom: 2.5,
      autoungrabify: true,
      boxSelectionEnabled: false,
      selectionType: "single",
    });
    this.listen();
    this.take();
  }

  /** Draw the graph that the box carries now. */
  take(): void {
    const graph = JSON.parse(this.box.dataset.graph ?? '{"places":[],"ties":[]}') as Graph;
    const shape = graph.places.map((place) => `${place.id}|${place.opened}|${place.words.join()}`).join("\n");
    if (shape === this.shape) {
      this.repaint(graph);
      return;
    }
    this.shape = shape;
    void this.layOut(graph, ++this.turn);
  }

  /** Show where a place is. */
  point(key: string): void {
    const node = this.cy.getElementById(key);
    if (node.nonempty()) this.mark(node);
  }

  private mark(one: cytoscape.SingularElementArgument): void {
    this.cy.elements(".pointed").removeClass("pointed");
    one.addClass("pointed");
    if (one.isNode()) one.union(one.descendants()).connectedEdges().addClass("pointed");
    this.said.textContent = one.isNode()
      ? [String(one.data("name")), ...(one.data("words") as string[])].join(" · ")
      : `${one.source().data("name")} → ${one.target().data("name")} · ${one.data("words")}`;
  }

  end(): void {
    this.turn++;
    this.cy.destroy();
  }

  private async layOut(graph: Graph, turn: number): Promise<void> {
    const known = new Set(this.cy.nodes().map((node) => node.id()));
    this.box.dataset.state = "waiting";
    if (!known.size) this.said.textContent = this.words.wait ?? "";
    let spots;
    try {
      spots = await arrange(graph, this.box.dataset.worker ?? "");
    } catch {
      this.said.textContent = this.words.failed ?? "";
      return;
    }
    if (turn !== this.turn) return;
    this.said.textContent = "";
    this.cy.batch(() => {
      this.cy.elements().remove();
      for (const place of graph.places) {
        const spot = spots.get(place.id);
        this.cy.add({
          group: "nodes",
          data: {
            ...place,
            parent: place.in ?? undefined,
            width: spot?.width ?? 10,
            height: spot?.height ?? 10,
            label: place.opened ? place.name : [place.name, ...place.words].join("\n"),
          },
          position: spot && { x: spot.x, y: spot.y },
          classes: "",
        });
      }
      graph.ties.forEach((tie, index) =>
        this.cy.add({ group: "edges", data: { id: `tie-${index}`, source: tie.from, target: tie.to } }),
      );
    });
    this.repaint(graph);
    const fresh = this.cy.nodes().filter((node) => !known.has(node.id()));
    this.fit(known.size && fresh.nonempty() ? fresh.union(fresh.parents()) : this.cy.nodes(), READABLE);
    this.box.dataset.state = "drawn";
    this.box.dataset.drawnAfter = String(Math.round(performance.now()));
  }

  /** Give each element the classes of its state. */
  private repaint(graph: Graph): void {
    this.cy.batch(() => {
      for (const place of graph.places) {
        const node = this.cy.getElementById(place.id);
        node.classes([place.look, place.rank, place.opened ? "opened" : "shut", place.needed ? "needed" : "", place.on ? "on" : ""]);
      }
      graph.ties.forEach((tie, index) => {
        const edge = this.cy.getElementById(`tie-${index}`);
        edge.data("words", tie.words.join(", "));
        edge.classes([
          tie.leaks ? "leak" : tie.level,
          tie.quiet ? "quiet" : "",
          tie.new ? "new" : "",
          graph.ties.length > MOST_LINES && !tie.leaks && !tie.new && (tie.level === "open" || tie.level === "none") ? "hush" : "",
          edge.source().hasClass("on") || edge.target().hasClass("on") ? "near" : "",
        ]);
      });
      const on = this.cy.nodes(".on");
      this.cy.edges().toggleClass("far", on.nonempty());
      this.cy.edges(".near").removeClass("far");
      if (on.nonempty()) {
        const inside = on.descendants();
        inside.connectedEdges().addClass("near").removeClass("far");
      }
    });
  }

  /** Bring places into view; where they do not all fit at `least`, the chosen or the most suspect of them. */
  private fit(what: cytoscape.NodeCollection, least = 0): void {
    const box = what.boundingBox();
    const zoom = Math.min(this.cy.width() / (box.w + 48), this.cy.height() / (box.h + 48), 1.2);
    const on = what.filter(".on");
    const worst = on.nonempty() ? on : what.filter("[chance > 0]:childless").sort((one, other) => other.data("chance") - one.data("chance"));
    const middle = zoom >= least || worst.empty() ? what : worst.first();
    const centre = middle.boundingBox();
    const to = Math.max(zoom, least);
    const pan = {
      x: this.cy.width() / 2 - (to * (centre.x1 + centre.x2)) / 2,
      y: this.cy.height() / 2 - (to * (centre.y1 + centre.y2)) / 2,
    };
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || !this.box.dataset.drawnAfter;
    if (still) this.cy.viewport({ zoom: to, pan });
    else this.cy.animate({ zoom: to, pan, duration: MOVE_MS });
  }

  private listen(): void {
    this.cy.on("tap", "node", (event) => this.go(event.target.id(), false));
    this.cy.on("dbltap", "node", (event) => this.go(event.target.id(), true));
    this.cy.on("mouseover", "node, edge", (event) => {
      this.mark(event.target);
    });
    this.cy.on("mouseout", "node, edge", () => {
      this.cy.elements(".pointed").removeClass("pointed");
      this.said.textContent = "";
    });
    const dress = (): void => void this.cy.style(sheet(this.box));
    window.addEventListener("theme", dress);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dress);
    new ResizeObserver(() => this.cy.resize()).observe(this.box);
  }

  private tools(): HTMLElement {
    const bar = document.createElement("div");
    bar.className = "plan-tools";
    const add = (text: string, name: string, act: () => void): void => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.title = name;
      button.setAttribute("aria-label", name);
      button.addEventListener("click", act);
      bar.append(button);
    };
    const zoom = (by: number): void => {
      const middle = { x: this.cy.width() / 2, y: this.cy.height() / 2 };
      this.cy.zoom({ level: this.cy.zoom() * by, renderedPosition: middle });
    };
    add("+", this.words.nearer ?? "+", () => zoom(1.4));
    add("−", this.words.farther ?? "−", () => zoom(1 / 1.4));
    add("⤢", this.words.whole ?? "", () => this.fit(this.cy.nodes()));
    return bar;
  }
}
