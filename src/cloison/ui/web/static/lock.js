// Locks a page that nobody touches: it stays, covered, with what was typed in it, and opens with the password.
"use strict";
(() => {
  const seconds = Number(document.body.dataset.lockAfter);
  const csrf = document.body.dataset.csrf;
  if (!seconds || !csrf) return;
  const SEEN = "cloison-seen";
  const TELL_EVERY = 60000;
  let told = Date.now();
  let cover = null;

  const send = (address, body) => {
    const headers = { "X-CSRF": csrf, "Content-Type": "application/x-www-form-urlencoded", Accept: "text/html" };
    return fetch(address, { method: "POST", headers, body: body || "", redirect: "manual" });
  };
  // Other pages of the same session are the same person.
  const seen = () => Number(localStorage.getItem(SEEN)) || 0;
  const gesture = () => {
    if (cover) return;
    const now = Date.now();
    localStorage.setItem(SEEN, String(now));
    if (now - told > TELL_EVERY) {
      told = now;
      send("/verrou/present").catch(() => {});
    }
  };
  const others = () => [...document.body.children].filter((one) => one !== cover);

  async function lock() {
    if (cover) return;
    cover = document.createElement("div");
    cover.className = "entrance";
    await send("/verrou/fermer").catch(() => {});
    const page = await fetch("/verrou", { headers: { Accept: "text/html" } }).then((answer) => answer.text()).catch(() => "");
    const main = new DOMParser().parseFromString(page, "text/html").querySelector("main");
    const form = main && main.querySelector('form[action="/verrou"]');
    if (!form) return location.assign("/verrou?next=" + encodeURIComponent(location.pathname));
    for (const one of others()) one.hidden = one.inert = true;
    cover.append(main);
    document.body.append(cover);
    form.addEventListener("submit", unlock);
    form.elements.password.focus();
  }

  async function unlock(event) {
    event.preventDefault();
    const form = event.target;
    const answer = await send("/verrou", new URLSearchParams({ password: form.elements.password.value, next: "/" }));
    if (answer.type !== "opaqueredirect") {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const notice = page.querySelector("[role=alert]");
      form.parentElement.querySelector("[role=alert]")?.remove();
      if (notice) form.before(notice);
      form.elements.password.value = "";
      form.elements.password.focus();
      return;
    }
    cover.remove();
    cover = null;
    for (const one of others()) one.hidden = one.inert = false;
    gesture();
    document.body.dispatchEvent(new CustomEvent("changed"));
  }

  for (const name of ["pointerdown", "keydown", "wheel", "touchstart"]) addEventListener(name, gesture, { passive: true });
  document.body.addEventListener("locked", (event) => {
    event.preventDefault();
    lock();
  });
  gesture();
  setInterval(() => {
    if (Date.now() - seen() > seconds * 1000) lock();
  }, 1000);
})();
