/* The page where a member takes a pass: it is made and blinded here, so that nobody can tell whose it is.
   Without this script the form goes to the server as it stands, and the page says what that rests on. */
import * as C from "../sealing/crypto.js";
import * as P from "./passes.js";

for (const page of document.querySelectorAll("[data-pass]")) {
  const { election } = page.dataset;
  const form = page.querySelector("form[data-pass-form]");
  const part = (name) => page.querySelector(`[data-pass-${name}]`);
  const keysOf = (text) => (text || "").split(/\s+/).filter(Boolean).map(C.fromBase64);

  const say = (sentence) => {
    part("said").textContent = sentence || "";
    part("said").hidden = !sentence;
  };

  /* What was kept decides what is shown: the way to take a pass, or the pass. */
  const show = () => {
    const pass = P.kept(election), here = Boolean(pass && pass.grants), half = P.isHalf(pass);
    // Who took a pass already gets none here, but for the answer that was lost on the way.
    form.hidden = here || half || ("taken" in page.dataset && !pass);
    part("kept").hidden = !here;
    if (part("half")) {
      part("half").hidden = !half;
      part("ask").value = half ? P.askText(pass) : "";
      part("go").href = `${page.dataset.partner}#${part("ask").value}`;
    }
    part("text").value = here ? P.passText(pass) : "";
    if (part("printed")) part("printed").textContent = part("text").value;
  };

  const keys = { drop: keysOf(page.dataset.keysDrop), ballot: keysOf(page.dataset.keysBallot) };

  const collect = async () => {
    // A draft that is already there was sent before and its answer lost: the same one goes again, never a second.
    const draft = P.kept(election) || (await P.begin(election, keys));
    P.keep(draft);
    const body = new URLSearchParams({
      csrf_token: form.elements.csrf_token.value,
      blinded: C.canonical(draft.blinded),
    });
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) return say(await sentenceOf(answer));
    const signed = await answer.json();
    if (!signed.voucher) return keepWhole(await P.complete(draft, keys, signed));
    P.keep({ ...draft, voucher: signed.voucher, own: { drop: signed.drop[0], ballot: signed.ballot[0] } });
    show();
    say("");
    part("go").focus();
  };

  const keepWhole = (pass) => {
    P.keep(pass);
    show();
    say(page.dataset.wordsKept);
    part("text").focus();
  };

  /* What the partner signed comes back behind the # of the address, or is pasted. */
  const join = async (text) => {
    try {
      keepWhole(await P.join(P.kept(election), keys, text));
    } catch {
      say(page.dataset.wordsJoin);
    }
  };
  const takeSigned = () => {
    const text = location.hash.slice(1);
    if (!text.startsWith("RVSIGN1:")) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    join(text);
  };

  /* The server's own sentence, where it sends one. */
  const sentenceOf = async (answer) => {
    try {
      return (await answer.json()).said || page.dataset.wordsRefused;
    } catch {
      return page.dataset.wordsRefused;
    }
  };

  const able = globalThis.crypto && crypto.subtle && typeof BigInt === "function";
  if (!able) continue; // The form works as it stands.
  for (const plain of page.querySelectorAll("[data-pass-plain]")) plain.hidden = true;
  for (const blind of page.querySelectorAll("[data-pass-blind]")) blind.hidden = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    say(page.dataset.wordsWorking);
    try {
      await collect();
    } catch {
      say(page.dataset.wordsTrouble);
    }
    button.disabled = false;
  });
  if (part("join")) part("join").addEventListener("click", () => join(part("signed").value));
  part("print").addEventListener("click", () => print());
  part("forget").addEventListener("click", () => {
    if (!confirm(page.dataset.wordsSure)) return;
    P.forget(election);
    show();
    say(page.dataset.wordsForgotten);
  });
  show();
  takeSigned();
  addEventListener("hashchange", takeSigned);
}
