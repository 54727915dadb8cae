// Only a script can ask a device for a passkey; everything else here works without one.
"use strict";

const asks = {
  create: (options) =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
    }),
  get: (options) =>
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
    }),
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("[data-ask]");
  const fault = form.querySelector("[data-fault]");
  button.hidden = !window.PublicKeyCredential?.parseCreationOptionsFromJSON;
  button.addEventListener("click", async () => {
    if (!form.reportValidity()) return;
    fault.hidden = true;
    try {
      const answer = await asks[form.dataset.passkey](JSON.parse(form.dataset.options));
      form.elements.passkey.value = JSON.stringify(answer);
      form.submit();
    } catch (error) {
      fault.hidden = false;
    }
  });
}
