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
 * While nobody looks at the page nothing is asked, and parts are told when somebody does. `data-live-state` on the root
 * says "on" or "lost", for the style sheet to show.
 */
export function listen(body: HTMLElement): void {
  const address = body.dataset.live;
  if (!address) return;
  const source = new EventSource(address);
  const waiting = new Set<string>();
  let timer: number | undefined;

  const tell = (): void => {
    timer = undefined;
    if (document.hidden) return;
    const topics = [...waiting];
    waiting.clear();
    for (const part of document.querySelectorAll<HTMLElement>(FOLLOWS)) {
      if (topicsOf(part).some((topic) => topics.includes(topic))) part.dispatchEvent(new CustomEvent("changed"));
    }
  };
  const soon = (topic: string): void => {
    waiting.add(topic);
    timer ??= window.setTimeout(tell, QUIET_MS);
  };
  source.onmessage = (message: MessageEvent<string>): void => message.data.split(" ").filter(Boolean).forEach(soon);
  source.onopen = () => (document.documentElement.dataset.liveState = "on");
  source.onerror = () => (document.documentElement.dataset.liveState = "lost");
  // The session locked: what is on the screen must not stay there.
  // A page that can cover itself keeps what was being typed in it.
  source.addEventListener("locked", () => {
    if (body.dispatchEvent(new CustomEvent("locked", { cancelable: true }))) location.reload();
  });
  document.addEventListener("visibilitychange", () => {
    if (waiting.size && !document.hidden) tell();
  });
  window.addEventListener("pagehide", () => source.close());
}
