// Ask a passkey or a security key, and send its answer in the form that bears data-passkey ("get" or "create").
// The question stands in data-options, or is fetched from the address in data-ask when the button is pressed.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const words = {
    NotAllowedError: "It was stopped, or took too long. Try again.",
    InvalidStateError: "This key is added already.",
    SecurityError: "The browser does not take passkeys at this address.",
    NotSupportedError: "This key cannot do what is asked.",
  };

  async function question(form) {
    if (form.dataset.options) return JSON.parse(form.dataset.options).publicKey;
    const answer = await fetch(form.dataset.ask, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("The site did not answer. Load the page again.");
    return (await answer.json()).request_options.publicKey;
  }

  async function get(asked) {
    const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: named(asked.allowCredentials) };
    const key = await navigator.credentials.get({ publicKey });
    const { authenticatorData, clientDataJSON, signature, userHandle } = key.response;
    return {
      authenticatorData: text(authenticatorData), clientDataJSON: text(clientDataJSON),
      signature: text(signature), userHandle: userHandle ? text(userHandle) : null, key,
    };
  }

  async function create(asked, alone) {
    const publicKey = {
      ...asked, challenge: bytes(asked.challenge), user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: named(asked.excludeCredentials),
      authenticatorSelection: {
        ...asked.authenticatorSelection,
        residentKey: alone ? "required" : "discouraged",
        requireResidentKey: alone,
        userVerification: alone ? "required" : asked.authenticatorSelection?.userVerification,
      },
    };
    const key = await navigator.credentials.create({ publicKey });
    const { attestationObject, clientDataJSON } = key.response;
    const transports = key.response.getTransports ? key.response.getTransports() : [];
    return { attestationObject: text(attestationObject), clientDataJSON: text(clientDataJSON), transports, key };
  }

  async function answered(form) {
    const asked = await question(form);
    const alone = Boolean(form.elements.passwordless?.checked);
    const { key, ...response } = form.dataset.passkey === "create" ? await create(asked, alone) : await get(asked);
    return JSON.stringify({
      type: key.type, id: key.id, rawId: text(key.rawId), response,
      authenticatorAttachment: key.authenticatorAttachment, clientExtensionResults: key.getClientExtensionResults(),
    });
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const error = form.querySelector("[data-passkey-error]");
      error.hidden = true;
      try {
        form.elements.credential.value = await answered(form);
        HTMLFormElement.prototype.submit.call(form);
      } catch (problem) {
        error.textContent = words[problem.name] || problem.message;
        error.hidden = false;
      }
    });
  }
})();
