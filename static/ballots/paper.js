/* A ballot paper in the page: one question at a time, what can be marked in it, and what was marked.
   What comes out of it has the form of governance/ballots/papers/choices.py: fields and text, a tick is "1". */
export const ballotPaper = (page, paper) => {
  const { form } = paper.dataset, dots = Number(paper.dataset.dots);
  const END = "end"; // Marked in an order that goes no further.
  const questions = [...paper.querySelectorAll("[data-cast-question]")];

  /* What belongs to one choice alone, as data-only-with="choice=block" says, is shown and counted with that choice. */
  const belongs = (part) => {
    const [name, value] = part.dataset.onlyWith.split("=");
    return page.elements[name].value === value;
  };
  const fields = (part) => [...part.querySelectorAll("[name]")].filter((field) => {
    const bound = field.closest("[data-only-with]");
    return !bound || belongs(bound);
  });
  const isTick = (field) => ["radio", "checkbox"].includes(field.type);
  const isSet = (field) => (isTick(field) ? field.checked : field.value.trim() !== "");
  const marked = (part) => fields(part).filter(isSet);
  /* What stands in a part, and in which language, where that is another than the page's. */
  const words = (part) => {
    const inAnother = part.closest("[lang]:not(html)") || part.querySelector("[lang]");
    return { words: part.textContent.trim().replace(/\s+/g, " "), lang: inAnother ? inAnother.lang : "" };
  };

  const ranked = () => {
    const marks = questions.map((question) => marked(question)[0]);
    const end = marks.findIndex((mark) => !mark || mark.value === END);
    return end < 0 ? marks : marks.slice(0, end);
  };
  const choice = () => Object.fromEntries(form === "ranks"
    ? ranked().map((mark, place) => [`p${place + 1}`, mark.value])
    : marked(paper).map((field) => [field.name, field.type === "checkbox" ? "1" : field.value.trim()]));

  /* The choice read back, a line for each thing: what stands in the box, and beside it. Without a mark a cross;
     "" for no box. */
  const lines = () => {
    if (form === "ranks") {
      return ranked().map((mark, place) => ({ mark: `${place + 1}`, ...words(mark.labels[0]) }));
    }
    if (form === "numbers") {
      return questions.map((question) => {
        const [mark] = marked(question);
        return { mark: mark ? mark.value : "–", ...words(question.querySelector("legend")) };
      });
    }
    return marked(paper).map((field) => (isTick(field)
      ? words(field.labels[0]) : { mark: "", words: field.value.trim() }));
  };

  const spent = () => marked(paper).reduce((sum, field) => sum + Number(field.value), 0);
  const offer = (question, isOpen) => {
    for (const field of question.querySelectorAll("[type=radio]")) {
      field.disabled = field.labels[0].hidden = !isOpen(field.value);
      if (field.disabled) field.checked = false;
    }
  };

  /* Show one question. Options ranked before, and dots that are spent, are not offered in it. */
  const show = (at) => {
    for (const question of questions) question.hidden = question !== questions[at];
    const [mark] = marked(questions[at]);
    if (form === "ranks") {
      const before = ranked().slice(0, at).map((earlier) => earlier.value);
      offer(questions[at], (value) => !before.includes(value));
    } else if (dots) {
      const left = dots - spent() + Number(mark ? mark.value : 0);
      offer(questions[at], (value) => Number(value) <= left);
    }
    refresh();
  };
  const refresh = () => {
    for (const part of paper.querySelectorAll("[data-only-with]")) part.hidden = !belongs(part);
    for (const part of paper.querySelectorAll("[data-cast-left]")) part.textContent = `${dots - spent()}`;
  };

  /* "None of these" and the other ticks take each other away. */
  const changed = ({ target }) => {
    const isNone = target.name === "none";
    if (form === "several" && target.checked) {
      for (const field of marked(paper)) if ((field.name === "none") !== isNone) field.checked = false;
    }
    refresh();
  };

  const isAnswered = (at) => {
    const here = marked(questions[at]);
    if (form === "numbers") return at < questions.length - 1 || marked(paper).length > 0;
    if (form === "several" || form === "ranks") return here.length > 0;
    return fields(questions[at]).every((field) => here.some((mark) => mark.name === field.name));
  };

  /* Whether what is marked must say why, as a block must. */
  const asksWhy = (at) => fields(questions[at]).some((field) => field.closest("[data-only-with]"));

  /* The question after this one, or null when it is time to read it back. */
  const after = (at) => {
    const [mark] = marked(questions[at]), ended = form === "ranks" && mark && mark.value === END;
    return ended || at + 1 === questions.length ? null : at + 1;
  };

  const question = (at) => questions[at];
  return { size: questions.length, question, show, changed, choice, lines, isAnswered, asksWhy, after };
};
