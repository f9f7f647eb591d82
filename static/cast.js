/* The ballot paper: the choice is signed and sealed here, and only a drop token and a sealed ballot leave the device.
   Without this script the page's form goes to the server screen by screen, which then seals the ballot itself. */
for (const page of document.querySelectorAll("form[data-cast]")) {
  const C = BallotCrypto, P = BallotPass;
  const { election } = page.dataset;
  const part = (name) => page.querySelector(`[data-cast-${name}]`);
  const steps = [...page.querySelectorAll("[data-cast-step]")];
  let credential = null;

  const say = (sentence) => {
    part("said").textContent = sentence || "";
    part("said").hidden = !sentence;
  };
  const go = (name) => {
    say("");
    for (const step of steps) step.hidden = step.dataset.castStep !== name;
    const first = steps.find((step) => !step.hidden).querySelector("input, textarea, button, [tabindex]");
    if (first) first.focus();
  };

  /* What belongs to one choice alone, as data-only-with="choice=block" says, is shown and counted with that choice. */
  const belongs = (part) => {
    const [name, value] = part.dataset.onlyWith.split("=");
    return page.elements[name].value === value;
  };
  const showWhatBelongs = () => {
    for (const part of page.querySelectorAll("[data-only-with]")) part.hidden = !belongs(part);
  };
  const fields = () => [...part("paper").querySelectorAll("[name]")].filter((field) => {
    const bound = field.closest("[data-only-with]");
    return !bound || belongs(bound);
  });
  const isSet = (field) => (["radio", "checkbox"].includes(field.type) ? field.checked : field.value.trim() !== "");

  /* The choice as it is counted: by the names of the fields; ticks as a list, a number field as a number. */
  const choice = () => {
    const chosen = {};
    for (const field of fields().filter(isSet)) {
      if (field.type === "checkbox") chosen[field.name] = [...(chosen[field.name] || []), field.value];
      else chosen[field.name] = field.type === "number" ? Number(field.value) : field.value.trim();
    }
    return chosen;
  };
  const isWhole = () => {
    const asked = new Set(fields().filter((field) => field.type !== "checkbox").map((field) => field.name));
    return [...asked].every((name) => name in choice()) && Object.keys(choice()).length > 0;
  };
  const inWords = () => fields().filter(isSet).map((field) => {
    const label = ["radio", "checkbox"].includes(field.type) ? field.closest("label") || field.labels[0] : null;
    return (label ? label.textContent : field.value).trim().replace(/\s+/g, " ");
  });

  /* The pass kept here, a pass typed or pasted, or a card's code; null for none of them. */
  const readCredential = async () => {
    const typed = part("code").value, code = P.readCode(typed), pass = P.readPass(typed);
    if (code) return P.fromCode(code, election);
    return pass && pass.election === election ? P.fromPass(pass) : null;
  };

  /* A pass that the server made is signed and sealed by the server too: it goes there, with the page's own form. */
  const serverMade = () => {
    const letters = part("code").value.replace(/[^\p{L}\p{N}]/gu, "");
    const form = document.querySelector("form[data-cast-plain]");
    if (letters.length !== 40 || !form) return false;
    form.elements.pass.value = letters;
    form.submit();
    return true;
  };

  const next = {
    code: async () => {
      credential = await readCredential();
      if (credential) go("paper");
      else if (!serverMade()) say(page.dataset.wordsCode);
    },
    paper: async () => {
      if (!isWhole()) return say(page.dataset.wordsChoose);
      part("chosen").replaceChildren(...inWords().map((words) => {
        const line = document.createElement("p");
        line.textContent = words;
        return line;
      }));
      go("review");
    },
    review: async () => {
      const made = await P.cast(credential, choice(), C.fromHex(page.dataset.countingKey), C.fromHex(page.dataset.info));
      const body = new URLSearchParams({ csrf_token: page.elements.csrf_token.value, ...made.fields });
      const answer = await fetch(page.action, { method: "POST", body, credentials: "same-origin", cache: "no-store" });
      if (!answer.ok) return say((await answer.json().catch(() => ({}))).said || page.dataset.wordsRefused);
      const pass = P.kept(election);
      if (pass && pass.grants) P.keep({ ...pass, seq: credential.seq + 1 });
      credential = null;
      page.reset();
      showWhatBelongs();
      go("done");
      part("tracker").textContent = `${made.tracker.slice(0, 5)} ${made.tracker.slice(5)}`;
    },
  };

  if (!(globalThis.crypto && crypto.subtle && typeof BigInt === "function")) continue;
  page.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter, step = steps.find((each) => !each.hidden).dataset.castStep;
    if (button) button.disabled = true;
    await Promise.resolve(next[step] && next[step]()).catch(() => say(page.dataset.wordsTrouble));
    if (button) button.disabled = false;
  });
  page.addEventListener("click", (event) => {
    const back = event.target.closest("[data-cast-back]");
    if (back) go(back.dataset.castBack);
  });
  page.addEventListener("change", showWhatBelongs);
  addEventListener("pagehide", () => { page.reset(); credential = null; });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  for (const plain of document.querySelectorAll("[data-cast-plain]")) plain.hidden = true;
  page.hidden = false;
  showWhatBelongs();
  const kept = P.kept(election);
  if (kept && kept.grants) credential = P.fromPass(kept);
  go(credential ? "paper" : "code");
}
