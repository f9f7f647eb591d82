/* The page where a member takes a pass: it is made and blinded here, so that nobody can tell whose it is.
   Without this script the form goes to the server as it stands, and the page says what that rests on. */
for (const page of document.querySelectorAll("[data-pass]")) {
  const C = BallotCrypto, P = BallotPass;
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
    const pass = P.kept(election), here = Boolean(pass && pass.grants);
    // Who took a pass already gets none here, but for the answer that was lost on the way.
    form.hidden = here || ("taken" in page.dataset && !pass);
    part("kept").hidden = !here;
    part("text").value = here ? P.passText(pass) : "";
    if (part("printed")) part("printed").textContent = part("text").value;
  };

  const collect = async () => {
    const keys = { drop: keysOf(page.dataset.keysDrop), ballot: keysOf(page.dataset.keysBallot) };
    // A draft that is already there was sent before and its answer lost: the same one goes again, never a second.
    const draft = P.kept(election) || (await P.begin(election, keys));
    P.keep(draft);
    const body = new URLSearchParams({
      csrf_token: form.elements.csrf_token.value,
      blinded: C.canonical(draft.blinded),
    });
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) return say(await sentenceOf(answer));
    P.keep(await P.complete(draft, keys, await answer.json()));
    show();
    say(page.dataset.wordsKept);
    part("text").focus();
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
  part("print").addEventListener("click", () => print());
  part("forget").addEventListener("click", () => {
    if (!confirm(page.dataset.wordsSure)) return;
    P.forget(election);
    show();
    say(page.dataset.wordsForgotten);
  });
  show();
}
