/** The Carte: its links change the view in place, and its plan is drawn. Without this, each link is a page. */
import { Plan } from "./plan";

const ADDRESS = "/carte";
/** What a page asks by itself, which is no gesture of the person's: the session locks all the same. */
const AGAIN = "/carte/suite";
const SLIDER_MS = 250;
const PARTS = [".finder", ".details"];

const main = document.querySelector<HTMLElement>("#carte");
let plan: Plan | undefined;

function isView(address: string): boolean {
  const url = new URL(address, location.href);
  return url.origin === location.origin && [ADDRESS, AGAIN].includes(url.pathname);
}

/** Put a fresh picture in place of the old; a plan that stays keeps its canvas and takes the new graph. */
function swapPicture(old: HTMLElement, fresh: HTMLElement): void {
  const canvas = old.querySelector<HTMLElement>("#plan");
  const next = fresh.querySelector<HTMLElement>("#plan");
  if (!canvas || !next || !plan) {
    plan?.end();
    plan = undefined;
    old.replaceWith(fresh);
    return;
  }
  canvas.dataset.graph = next.dataset.graph;
  next.replaceWith(canvas);
  old.replaceWith(fresh);
}

/** Ask for a view and show it; whoever was in the list stays there. */
async function show(address: string, push: boolean): Promise<void> {
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => undefined);
  const fresh = new DOMParser().parseFromString(answer?.ok ? await answer.text() : "", "text/html");
  const next = fresh.querySelector("#carte");
  if (!answer || !next || !main || !isView(answer.url)) {
    location.assign(ADDRESS + new URL(address, location.href).search);
    return;
  }
  const focused = document.activeElement?.id;
  const scrolled = main.querySelector(".finder")?.scrollTop ?? 0;
  for (const part of PARTS) {
    const mine = main.querySelector(part);
    const theirs = next.querySelector(part);
    if (mine && theirs) mine.replaceWith(theirs);
  }
  const picture = main.querySelector<HTMLElement>(".picture");
  const theirs = next.querySelector<HTMLElement>(".picture");
  if (picture && theirs) swapPicture(picture, theirs);
  if (push) history.pushState(null, "", address);
  const finder = main.querySelector(".finder");
  if (finder) finder.scrollTop = scrolled;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  const title = main.querySelector("#place")?.textContent ?? "";
  const said = document.getElementById("carte-said");
  if (said) said.textContent = title;
  if (address.includes("#details") && matchMedia("(max-width: 1199px)").matches) {
    main.querySelector("#details")?.scrollIntoView({ block: "start" });
  }
  draw();
}

function draw(): void {
  const box = document.querySelector<HTMLElement>("#plan");
  if (!box) return;
  if (plan) plan.take();
  else plan = new Plan(box, follow);
}

/** Follow the list's own link for a place, or for what is in it. */
function follow(key: string, inside: boolean): void {
  const name = document.querySelector<HTMLAnchorElement>(`.places [data-key="${CSS.escape(key)}"]`);
  const link = inside ? name?.closest(".line")?.querySelector<HTMLAnchorElement>("a.toggle") : name;
  if (link) void show(link.getAttribute("href") ?? ADDRESS, true);
}

function addressOf(form: HTMLFormElement): string {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) fields.append(name, String(value));
  return `${ADDRESS}?${fields}`;
}

function begin(where: HTMLElement): void {
  document.documentElement.classList.add("scripted");
  const said = document.createElement("p");
  said.id = "carte-said";
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  where.after(said);

  where.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (!link || !plain || !isView(link.href)) return;
    event.preventDefault();
    void show(link.getAttribute("href") ?? ADDRESS, true);
  });
  where.addEventListener("submit", (event) => {
    event.preventDefault();
    void show(addressOf(event.target as HTMLFormElement), true);
  });
  let timer: number | undefined;
  where.addEventListener("input", (event) => {
    const slider = event.target as HTMLInputElement;
    if (slider.type !== "range" || !slider.form) return;
    const form = slider.form;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void show(addressOf(form), false), SLIDER_MS);
  });
  // A place under the pointer, or focused, in the list is shown on the plan.
  for (const kind of ["focusin", "mouseover"]) {
    where.addEventListener(kind, (event) => {
      const key = (event.target as Element).closest<HTMLElement>("[data-key]")?.dataset.key;
      if (key) plan?.point(key);
    });
  }
  where.addEventListener("changed", () => void show(AGAIN + location.search, false));
  window.addEventListener("popstate", () => void show(location.href, false));
  draw();
}

if (main) begin(main);
