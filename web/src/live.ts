/** Tells the parts of a page that what they follow changed on the server, so that they ask for themselves again. */

const QUIET_MS = 400;
const FOLLOWS = "[data-follows]";

/** The topics that a part names in `data-follows`, parted by spaces. */
function topicsOf(part: HTMLElement): string[] {
  return (part.dataset.follows ?? "").split(/\s+/).filter(Boolean);
}

/**
 * Listen to the address that the body names in `data-live`. A message there is the topics that changed, parted by
 * spaces; it becomes a `changed` event on each part that follows one of them, and messages that come together make one.
 *
 * A page that nobody sees does not listen: a browser keeps six connections to a server, and a seventh page would wait
 * for ever. When it is seen again, or the server is back, every part asks for itself: what changed meanwhile is not
 * told twice. `data-live-state` on the root says "on" or "lost", for the style sheet to show.
 */
export function listen(body: HTMLElement): void {
  const address = body.dataset.live;
  if (!address) return;
  const waiting = new Set<string>();
  let source: EventSource | undefined;
  let timer: number | undefined;
  let missed = false;

  const tell = (everyone: boolean): void => {
    timer = undefined;
    const topics = new Set(waiting);
    waiting.clear();
    for (const part of document.querySelectorAll<HTMLElement>(FOLLOWS)) {
      if (everyone || topicsOf(part).some((topic) => topics.has(topic))) part.dispatchEvent(new CustomEvent("changed"));
    }
  };
  const soon = (topic: string): void => {
    waiting.add(topic);
    timer ??= window.setTimeout(tell, QUIET_MS, false);
  };
  const follow = (): void => {
    if (source || document.hidden) return;
    source = new EventSource(address);
    source.onmessage = (message: MessageEvent<string>): void => message.data.split(" ").filter(Boolean).forEach(soon);
    source.onopen = (): void => {
      document.documentElement.dataset.liveState = "on";
      if (missed) tell(true);
      missed = false;
    };
    source.onerror = (): void => {
      document.documentElement.dataset.liveState = "lost";
      missed = true;
    };
    // The session locked: what is on the screen must not stay there.
    // A page that can cover itself keeps what was being typed in it.
    source.addEventListener("locked", () => {
      if (body.dispatchEvent(new CustomEvent("locked", { cancelable: true }))) location.reload();
    });
  };
  const leave = (): void => {
    source?.close();
    source = undefined;
    missed = true;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : follow()));
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", follow);
  follow();
}
