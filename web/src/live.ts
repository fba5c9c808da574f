/** Tells the page that something changed on the server, so that its parts ask for themselves again. */

const QUIET_MS = 400;

/**
 * Listen to the address that the body names in `data-live`, and turn each message into a `changed` event on the body.
 *
 * Messages that come together make one event. While nobody looks at the page nothing is asked; one event follows when
 * somebody does. `data-live-state` on the root says "on" or "lost", for the style sheet to show.
 */
export function listen(body: HTMLElement): void {
  const address = body.dataset.live;
  if (!address) return;
  let waiting: number | undefined;
  let missed = false;
  const tell = (): void => {
    waiting = undefined;
    if (document.hidden) {
      missed = true;
      return;
    }
    missed = false;
    body.dispatchEvent(new CustomEvent("changed"));
  };
  const source = new EventSource(address);
  source.onopen = () => (document.documentElement.dataset.liveState = "on");
  source.onerror = () => (document.documentElement.dataset.liveState = "lost");
  source.onmessage = () => (waiting ??= window.setTimeout(tell, QUIET_MS));
  document.addEventListener("visibilitychange", () => {
    if (missed && !document.hidden) tell();
  });
  window.addEventListener("pagehide", () => source.close());
}
