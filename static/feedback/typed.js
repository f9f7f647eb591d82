/* On one's own phone: what is picked on a screen survives Back, Forward and reload before it is sent on.
   It waits in this tab alone, sealed. The page brings the key, of one form and one visit: once that was sent or
   hidden, or has stood for half an hour, no page brings it any more. Without this script only what is sent on stays. */
const NAME = "typed";
const form = document.querySelector("[data-typed-key]");
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const textOf = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const screens = () => JSON.parse(sessionStorage.getItem(NAME) || "{}");
const fields = () => [...form.elements].filter((one) => /^(radio|checkbox)$/.test(one.type));

const key = () => crypto.subtle.importKey("raw", bytesOf(form.dataset.typedKey), "AES-GCM", false,
  ["encrypt", "decrypt"]);

let last = 0; // A seal that is done late does not take the place of a newer one.
const keep = async () => {
  const mine = ++last;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = JSON.stringify(fields().map((one) => [one.name, one.value, one.checked]));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), new TextEncoder().encode(plain));
  if (mine !== last) return;
  const value = `${textOf(iv)} ${textOf(new Uint8Array(sealed))}`;
  sessionStorage.setItem(NAME, JSON.stringify({ ...screens(), [form.dataset.screen]: value }));
};

const bringBack = async () => {
  const [iv, sealed] = (screens()[form.dataset.screen] || "").split(" ").map(bytesOf);
  if (!sealed) return;
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key(), sealed);
  if (last) return; // Somebody is picking already.
  for (const [name, value, checked] of JSON.parse(new TextDecoder().decode(plain))) {
    for (const one of fields().filter((field) => field.name === name)) {
      if (one.value === value) one.checked = checked;
      if (one.checked && one.closest("details")) one.closest("details").open = true;
    }
  }
};

if (!form) sessionStorage.removeItem(NAME); // It is sent.
else {
  history.replaceState(null, "", form.dataset.screen);
  if (globalThis.crypto && crypto.subtle) {
    bringBack().catch(() => sessionStorage.removeItem(NAME)); // Of a form of before: nobody can open it.
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
  }
}
