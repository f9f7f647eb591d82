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
    const first = steps.find((step) => !step.hidden).querySelector("input, textarea, button");
    if (first) first.focus();
  };

  /* The choice as it is counted: fields named by data-choice; numbers where data-choice-kind says so, ticks as lists. */
  const choice = () => {
    const chosen = {};
    for (const field of page.querySelectorAll("[data-choice]")) {
      const name = field.dataset.choice;
      if (field.type === "checkbox") {
        chosen[name] = chosen[name] || [];
        if (field.checked) chosen[name].push(field.value);
      } else if (field.type !== "radio" || field.checked) {
        if (field.value !== "") chosen[name] = field.dataset.choiceKind === "number" ? Number(field.value) : field.value;
      }
    }
    return chosen;
  };
  const inWords = () => [...page.querySelectorAll("[data-choice]")]
    .filter((field) => (["radio", "checkbox"].includes(field.type) ? field.checked : field.value))
    .map((field) => field.dataset.choiceWords || field.value);

  /* The pass kept here, a pass typed or pasted, or a card's code; null for none of them. */
  const readCredential = async () => {
    const typed = part("code").value, code = P.readCode(typed), pass = P.readPass(typed);
    if (code) return P.fromCode(code, election);
    return pass && pass.election === election ? P.fromPass(pass) : null;
  };

  const next = {
    code: async () => {
      credential = await readCredential();
      if (credential) go("paper");
      else say(page.dataset.wordsCode);
    },
    paper: async () => {
      if (!Object.keys(choice()).length) return say(page.dataset.wordsChoose);
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
      go("done");
      part("tracker").textContent = Shares.inGroups(made.tracker);
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
  addEventListener("pagehide", () => { page.reset(); credential = null; });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  const kept = P.kept(election);
  if (kept && kept.grants) credential = P.fromPass(kept);
  go(credential ? "paper" : "code");
}
