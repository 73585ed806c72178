/* Passkeys: asks the shop for a question, the browser for its answer, and sends that with the form. Without it the way over the
   password is all there is, and nothing of this is shown. */

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const withBytes = (known) => (known ?? []).map((each) => ({ ...each, id: toBytes(each.id) }));

const make = async (question) => {
  const made = await navigator.credentials.create({
    publicKey: {
      ...question,
      challenge: toBytes(question.challenge),
      user: { ...question.user, id: toBytes(question.user.id) },
      excludeCredentials: withBytes(question.excludeCredentials),
    },
  });
  return {
    id: made.id,
    rawId: toText(made.rawId),
    type: made.type,
    response: {
      attestationObject: toText(made.response.attestationObject),
      clientDataJSON: toText(made.response.clientDataJSON),
      transports: made.response.getTransports?.() ?? [],
    },
  };
};

const sign = async (question) => {
  const signed = await navigator.credentials.get({
    publicKey: {
      ...question,
      challenge: toBytes(question.challenge),
      allowCredentials: withBytes(question.allowCredentials),
    },
  });
  const { authenticatorData, clientDataJSON, signature, userHandle } = signed.response;
  return {
    id: signed.id,
    rawId: toText(signed.rawId),
    type: signed.type,
    response: {
      authenticatorData: toText(authenticatorData),
      clientDataJSON: toText(clientDataJSON),
      signature: toText(signature),
      userHandle: userHandle ? toText(userHandle) : null,
    },
  };
};

const ask = async (address, token) => {
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
};

const wire = (button) => {
  const form = button.form;
  const trouble = form.querySelector("[data-passkey-trouble]");
  const field = form.querySelector("[data-passkey-answer]");
  // Enter in its only field is a click on its only button.
  if (button.dataset.passkey === "make") {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      button.click();
    });
  }
  button.addEventListener("click", async () => {
    const isMaking = button.dataset.passkey === "make";
    if (isMaking && !form.reportValidity()) return;
    trouble.hidden = true;
    button.disabled = true;
    try {
      const question = await ask(button.dataset.question, form.elements.csrfmiddlewaretoken.value);
      field.value = JSON.stringify(await (isMaking ? make(question) : sign(question)));
      // Past the check of the fields: a password is not needed beside it.
      form.submit();
    } catch {
      // Closed, too late, no passkey here, or not made for this address: browsers do not say which.
      trouble.hidden = false;
      button.disabled = false;
    }
  });
};

if (window.PublicKeyCredential && navigator.credentials) {
  for (const hidden of document.querySelectorAll("[data-passkeys]")) hidden.hidden = false;
  for (const button of document.querySelectorAll("[data-passkey]")) wire(button);
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[data-passkey]")) button.disabled = false;
  });
}
