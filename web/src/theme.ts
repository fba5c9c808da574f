/** Lets the reader choose day, night, or what the machine says. */

const NIGHT: Record<string, string> = { day: "not all", night: "screen" };
const YEAR = 365 * 86_400;

/**
 * Show `[data-themes]`, whose buttons carry `data-theme`, and obey them. The choice is a cookie, so that the server
 * links the night's sheet at once and no page flashes white in a dark room.
 */
export function offerThemes(): void {
  const sheet = document.querySelector<HTMLLinkElement>("link[data-night]");
  if (!sheet) return;
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-themes] button[data-theme]")];
  const mark = (theme: string): void => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.theme === theme));
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const theme = button.dataset.theme ?? "";
      document.cookie = `theme=${theme}; path=/; SameSite=Strict; max-age=${YEAR}`;
      sheet.media = NIGHT[theme] ?? sheet.dataset.night ?? "";
      mark(theme);
      window.dispatchEvent(new CustomEvent("theme"));
    });
  }
  for (const box of document.querySelectorAll<HTMLElement>("[data-themes]")) box.hidden = false;
  mark(/(?:^|; )theme=(\w+)/.exec(document.cookie)?.[1] ?? "");
}
