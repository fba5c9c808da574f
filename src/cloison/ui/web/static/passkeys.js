// Speaks with a security key for the forms that ask for one; without scripts those forms stay hidden.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

  async function answered(form) {
    const asked = await fetch(form.dataset.ask, { method: "POST", headers: { "X-CSRF": form.elements.csrf.value } });
    if (!asked.ok) throw new Error(String(asked.status));
    const options = await asked.json();
    options.challenge = bytes(options.challenge);
    if (form.dataset.passkey === "create") {
      options.user.id = bytes(options.user.id);
      options.excludeCredentials = listed(options.excludeCredentials);
      const made = await navigator.credentials.create({ publicKey: options });
      const { clientDataJSON, attestationObject } = made.response;
      return shown(made, { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject) });
    }
    options.allowCredentials = listed(options.allowCredentials);
    const used = await navigator.credentials.get({ publicKey: options });
    const { clientDataJSON, authenticatorData, signature } = used.response;
    return shown(used, {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
    });
  }

  function shown(key, response) {
    return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response });
  }

  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const notice = form.querySelector("[role=alert]");
      notice.hidden = true;
      try {
        form.elements.answer.value = await answered(form);
        form.submit();
      } catch {
        notice.hidden = false;
      }
    });
  }
})();
