/* Words are sealed in this browser, to the key of those who will read them, and leave it in no other way. So neither
   what stands between here and the program nor the program itself can read them.
   Until they are sent they wait in this tab, sealed too. The page brings the key to that, of one form and one visit:
   once it was sent or hidden no page brings it any more. Where a browser has not what this takes, or has no scripts,
   the program seals the words, as it does everything else. */
import { base64, fromBase64, fromHex, seal, utf8 } from "../sealing/crypto.js";

const NAME = "words";
const BLOCK = 2048; // Bytes: how long the words are does not show in the tab.
const form = document.querySelector("[data-words-key]");
const field = form.elements.words;
const { typedKey, screen, wordsKey, wordsKeyId, wordsInfo, longest, codeWords } = form.dataset;
const MOST = 5000; // Milliseconds: somebody waits to go on.

const tabKey = () => crypto.subtle.importKey("raw", fromBase64(typedKey), "AES-GCM", false, ["encrypt", "decrypt"]);
let last = 0; // A seal that is done late does not take the place of a newer one.
const keep = async (words) => {
  const mine = ++last;
  const iv = crypto.getRandomValues(new Uint8Array(12)), said = utf8(words);
  const filled = new Uint8Array(BLOCK * Math.ceil((said.length + 1) / BLOCK));
  filled.set(said);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await tabKey(), filled);
  if (mine === last) sessionStorage.setItem(NAME, `${base64(iv)} ${base64(new Uint8Array(sealed))}`);
};
const kept = async () => {
  const [iv, sealed] = (sessionStorage.getItem(NAME) || "").split(" ").map(fromBase64);
  if (!sealed) return null;
  const filled = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await tabKey(), sealed));
  return new TextDecoder().decode(filled).replace(/\0+$/, "");
};

/* Whether it may be a follow-up code, and nothing else: twenty digits, or five words of a list. Only the program can
   tell which of them is one, and these it does not see: so who typed them is asked, once. */
const looksLikeCode = async (words) => {
  if (/^[\p{Nd}\s.,-]+$/u.test(words)) return words.match(/\p{Nd}/gu).length === 20;
  const parts = words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/\p{L}+/gu) || [];
  if (parts.length !== 5 || parts.some((part) => part.length > 8)) return false;
  const answer = await fetch(codeWords, { credentials: "omit", signal: AbortSignal.timeout(MOST) });
  const lists = (await answer.text()).split("\n\n");
  return lists.map((list) => new Set(list.split("\n"))).some((list) => parts.every((part) => list.has(part)));
};

/* What goes with the form in place of the words. */
const prepared = async (go) => {
  if (go === "leave") { // Who leaves without sending leaves nothing.
    last += 1;
    sessionStorage.removeItem(NAME);
    return { in_tab: 1 };
  }
  const words = field ? field.value : await kept();
  if (words === null || (field && field.required && !words.trim())) return null;
  const over = [...words].length - Number(longest);
  if (field) await keep(words);
  if (field && go === "alone") return { in_tab: 1 };
  if (field && over > 0) return { in_tab: 1, over };
  const asks = field && codeWords && !("asked" in form.dataset);
  if (asks && await looksLikeCode(words).catch(() => false)) return { in_tab: 1, is_code: 1 };
  const sealed = base64(await seal(fromHex(wordsKey), utf8(words), fromHex(wordsInfo)));
  const goesOut = !field || go === "send" || !go;
  return { ...(field ? { in_tab: 1 } : {}), ...(goesOut ? { sealed, sealed_for: wordsKeyId } : {}) };
};

const able = globalThis.crypto && crypto.subtle;
if (able && form.requestSubmit && globalThis.FormDataEvent) {
  let busy = false, fields = null;
  form.addEventListener("submit", async (event) => {
    if (fields) return;
    event.preventDefault();
    if (busy) return; // A second tap.
    busy = true;
    const button = event.submitter;
    const made = (await prepared(button && button.value).catch(() => null)) || {};
    await new Promise((after) => { setTimeout(after); }); // No form is sent while it is being told that it will be.
    fields = made;
    form.requestSubmit(button);
  });
  form.addEventListener("formdata", ({ formData }) => {
    if (fields && fields.in_tab) formData.delete(NAME);
    for (const [name, value] of Object.entries(fields || {})) formData.append(name, value);
    [busy, fields] = [false, null];
  });
}

if (able) {
  const putBack = async () => {
    let words = null;
    try {
      words = await kept();
    } catch {
      sessionStorage.removeItem(NAME); // Of a form of before: nobody can open it.
    }
    if (field && words !== null && !last) field.value = words;
    const shown = document.querySelector("[data-words]"); // Read back to whoever said them, or that there are none.
    if (shown) shown.textContent = words || shown.dataset.words;
  };
  putBack();
  if (field && screen) { // On one's own phone.
    field.addEventListener("input", () => keep(field.value));
    history.replaceState(null, "", screen); // Back and reload open it, and ask nobody to send a form again.
  }
}
