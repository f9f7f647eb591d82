/* The counting key: made here and split among three people, and put together again here to open the box.
   The server sees its public half, and what came out of the box. Nothing is kept: leaving the page forgets it all. */
const Ceremony = (() => {
  "use strict";

  const C = BallotCrypto;

  /* Return the public half as hex and the three printed texts, any two of which bring the private half back. */
  const make = async (plain) => {
    const secret = C.random(32);
    try {
      return {
        key: C.hex(await C.x25519Public(secret, plain)),
        shares: await Promise.all((await Shares.split(secret)).map(Shares.textOf)),
      };
    } finally {
      secret.fill(0);
    }
  };

  /* Return the private half. Throws ShareTrouble, also ("other") when it is not the half of `key` (hex). */
  const rebuild = async (typed, key, plain) => {
    const secret = await Shares.join(await Promise.all(typed.map(Shares.fromText)));
    if (secret.length !== 32 || C.hex(await C.x25519Public(secret, plain)) !== key) throw new Shares.ShareTrouble("other");
    return secret;
  };

  /* Open `box` ({info, public_key, sealed}) and return what lay in it, in its order, in base64; "" for what does not open. */
  const openBox = async (typed, box, progress = () => {}, plain = false) => {
    const secret = await rebuild(typed, box.public_key, plain), info = C.fromHex(box.info), opened = [];
    try {
      for (const sealed of box.sealed) {
        const words = await C.openSealed(secret, C.fromBase64(sealed), info, plain).then(C.base64, () => "");
        progress(opened.push(words), box.sealed.length);
      }
    } finally {
      secret.fill(0);
    }
    return opened;
  };

  return { make, rebuild, openBox };
})();

/* The page of the key. */
for (const page of document.querySelectorAll("[data-ceremony]")) {
  const part = (name) => page.querySelector(`[data-ceremony-${name}]`);
  const all = (name) => page.querySelectorAll(`[data-ceremony-${name}]`);
  const button = part("make");

  const inGroups = (list, text) => list.replaceChildren(...text.split(" ").map((group) => {
    const item = document.createElement("li");
    item.textContent = group;
    return item;
  }));

  const show = async () => {
    button.disabled = true;
    try {
      const made = await Ceremony.make();
      part("key").value = made.key;
      for (const mark of all("mark")) mark.textContent = made.key.slice(0, 8);
      all("share").forEach((list, at) => inGroups(list, made.shares[at]));
      part("made").hidden = false;
      part("print").focus();
      button.hidden = true;
    } catch {
      part("trouble").textContent = page.dataset.wordsTrouble;
      part("trouble").hidden = false;
      button.disabled = false;
    }
  };

  button.hidden = false;
  button.addEventListener("click", show);
  part("print").addEventListener("click", () => print());
  addEventListener("pagehide", () => {
    for (const list of all("share")) list.replaceChildren();
    part("key").value = "";
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

/* The page of the box. */
for (const form of document.querySelectorAll("form[data-open-box]")) {
  const part = (name) => form.querySelector(`[data-open-box-${name}]`);
  const shares = [...form.querySelectorAll("[data-open-box-share]")];

  const trouble = (sentence) => {
    part("trouble").textContent = sentence;
    part("trouble").hidden = false;
    part("progress").hidden = true;
    part("go").disabled = false;
    shares[0].focus();
  };

  const open = async () => {
    part("go").disabled = true;
    part("trouble").hidden = true;
    part("progress").hidden = false;
    const answer = await fetch(form.dataset.box, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) throw new Error("no box");
    const box = await answer.json();
    const opened = await Ceremony.openBox(shares.map((share) => share.value), box, (done, of) => {
      Object.assign(part("progress"), { value: done, max: of });
    });
    form.elements.opened.value = JSON.stringify(opened);
    for (const share of shares) share.value = "";
    form.submit();
  };

  part("go").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    open().catch((wrong) => {
      const { wordsSign: sign, wordsSum: sum, wordsSame: same, wordsApart: apart, wordsOther: other } = form.dataset;
      const known = wrong instanceof Shares.ShareTrouble ? { sign, sum, same, apart, other }[wrong.message] : "";
      trouble(known || form.dataset.wordsTrouble);
    });
  });
  addEventListener("pagehide", () => { for (const share of shares) share.value = ""; });
}
