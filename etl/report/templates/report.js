// The page is whole without this script: it adds filters, keeps the language of the document right, and unfolds for printing all but the dictionary.
(() => {
  "use strict";
  const page = document.documentElement;
  const words = JSON.parse(document.getElementById("words").textContent);
  const english = document.getElementById("lang-en");
  const vietnamese = document.getElementById("lang-vi");
  const form = document.getElementById("filters");
  const cards = [...document.querySelectorAll("#cards .finding")];
  const causes = [...document.querySelectorAll("#cards .cause")];
  const texts = new Map();

  const language = () => (english.checked ? "en" : "vi");

  const speak = () => {
    page.lang = language();
    document.title = words.title[language()];
    for (const option of document.querySelectorAll("option[data-all]")) option.textContent = words.all[language()];
    if (form) tell();
    tellFigures();
  };

  // Accents are optional in the search: "ngheo" finds "nghèo".
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();

  const textOf = (card) => {
    if (!texts.has(card)) texts.set(card, plain(card.textContent));
    return texts.get(card);
  };

  const filter = () => {
    const asked = new FormData(form);
    const severities = asked.getAll("severity");
    const wanted = plain(asked.get("text")).trim();
    for (const card of cards) {
      card.hidden = !(
        severities.includes(card.dataset.severity) &&
        (!asked.get("rule") || card.dataset.rule === asked.get("rule")) &&
        (!asked.get("source") || card.dataset.sources.split(" ").includes(asked.get("source"))) &&
        (!wanted || textOf(card).includes(wanted))
      );
    }
    for (const cause of causes) cause.hidden = !cause.querySelector(".finding:not([hidden])");
    tell();
  };

  const tell = () => {
    const numbers = new Intl.NumberFormat(language() === "vi" ? "vi-VN" : "en-GB");
    const shown = cards.filter((card) => !card.hidden).length;
    document.getElementById("shown").textContent = words.shown[language()]
      .replace("{shown}", numbers.format(shown))
      .replace("{total}", numbers.format(cards.length));
  };

  // Figures of the programmes: rows that do not hold every word are hidden, and programmes without a row left with them.
  const finder = document.getElementById("find-figures");
  const figures = [...document.querySelectorAll("#programmes tbody tr")];
  const programmes = [...document.querySelectorAll("#programmes .programme")];

  const findFigures = () => {
    const wanted = plain(new FormData(finder).get("figures")).split(/\s+/).filter(Boolean);
    for (const row of figures) row.hidden = !wanted.every((word) => textOf(row).includes(word));
    for (const part of programmes) part.hidden = wanted.length > 0 && !part.querySelector("tbody tr:not([hidden])");
    for (const table of document.querySelectorAll("#programmes .scroll")) table.hidden = !table.querySelector("tbody tr:not([hidden])");
    tellFigures();
  };

  const tellFigures = () => {
    const isAsked = finder.elements.namedItem("figures").value.trim() !== "";
    const numbers = new Intl.NumberFormat(language() === "vi" ? "vi-VN" : "en-GB");
    document.getElementById("figures-shown").textContent = !isAsked
      ? ""
      : words.figures[language()]
          .replace("{shown}", numbers.format(figures.filter((row) => !row.hidden).length))
          .replace("{total}", numbers.format(figures.length));
  };

  // A link must lead to what it names, whatever is filtered or folded.
  const arrive = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) {
      if (form) {
        form.reset();
        filter();
      }
      finder.reset();
      findFigures();
    }
    const folded = target.matches(".finding") ? target.querySelector("details") : target.closest("details");
    if (folded) folded.open = true;
    target.scrollIntoView();
  };

  if (new URLSearchParams(location.search).get("lang") === "en") english.checked = true;
  for (const choice of [vietnamese, english]) choice.addEventListener("change", speak);

  if (form) {
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.querySelector("[type=reset]").addEventListener("click", (event) => {
      event.preventDefault();
      form.reset();
      filter();
    });
    for (const link of document.querySelectorAll("[data-only-rule]")) {
      link.addEventListener("click", () => {
        const rules = form.elements.namedItem("rule");
        if ([...rules.options].some((option) => option.value === link.dataset.onlyRule)) {
          form.reset();
          rules.value = link.dataset.onlyRule;
          filter();
        }
      });
    }
  }

  for (const button of document.querySelectorAll("[data-fold]")) {
    button.addEventListener("click", () => {
      for (const card of cards) if (!card.hidden) card.querySelector("details").open = button.dataset.fold === "open";
    });
  }

  finder.hidden = false;
  finder.addEventListener("input", findFigures);
  finder.addEventListener("submit", (event) => event.preventDefault());

  const closed = new Set();
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details:not([open])")) {
      if (details.closest("#dictionary")) continue;
      closed.add(details);
      details.open = true;
    }
  });
  window.addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
    closed.clear();
  });

  window.addEventListener("hashchange", arrive);
  speak();
  if (form) filter();
  if (location.hash) arrive();
})();
