// Passkeys: asks the hub for a challenge, the device for an answer, and the hub again whether the answer holds.
const WORDS = {
  NotAllowedError: "The passkey was not used. Try again, or use another way.",
  InvalidStateError: "This device has a passkey for you already.",
};

async function post(address, form, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    body: JSON.stringify(body),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new Error([said.what ?? "That did not work.", said.todo ?? ""].join(" ").trim());
  }
  return said;
}

async function use(place, form) {
  const { passkey: kind, next = "/" } = place.dataset;
  const options = await post(`/passkey/${kind}`, form, {});
  const making = kind === "new" || kind === "invited";
  const credential = making
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey) });
  const name = form.elements.name?.value ?? "";
  const said = await post(`/passkey/${kind}/answer`, form, { credential: credential.toJSON(), name, next });
  location.assign(said.next);
}

for (const place of document.querySelectorAll("[data-passkey]")) {
  const form = place.querySelector("form");
  const button = form.querySelector("button");
  const wrong = place.querySelector("[role=alert]");
  if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    button.hidden = false;
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  button.addEventListener("click", async () => {
    wrong.hidden = true;
    button.disabled = true;
    try {
      await use(place, form);
    } catch (fault) {
      wrong.textContent = WORDS[fault.name] ?? fault.message;
      wrong.hidden = false;
    }
    button.disabled = false;
  });
}
