/** Lets the reader choose day, night, or what the machine says. */

const NIGHT: Record<string, string> = { day: "not all", night: "screen" };
const YEAR = 365 * 86_400;

function chosen(): string {
  return /(?:^|; )theme=(\w+)/.exec(document.cookie)?.[1] ?? "";
}

/** Show the buttons of `[data-themes]`, and which of them holds. */
function mark(): void {
  for (const box of document.querySelectorAll<HTMLElement>("[data-themes]")) box.hidden = false;
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-themes] button[data-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.theme === chosen()));
  }
}

/**
 * Obey the buttons of `[data-themes]`, each with its `data-theme`, also those of a page that was put in place of this
 * one. The choice is a cookie, so that the server links the night's sheet at once and no page flashes white in a dark room.
 */
export function offerThemes(): void {
  const sheet = document.querySelector<HTMLLinkElement>("link[data-night]");
  if (!sheet) return;
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("[data-themes] button[data-theme]");
    if (!button) return;
    const theme = button.dataset.theme ?? "";
    document.cookie = `theme=${theme}; path=/; SameSite=Strict; max-age=${YEAR}`;
    sheet.media = NIGHT[theme] ?? sheet.dataset.night ?? "";
    mark();
    window.dispatchEvent(new CustomEvent("theme"));
  });
  document.addEventListener("htmx:after:swap", mark);
  mark();
}
