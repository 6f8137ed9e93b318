"use strict";
// The table of a batch: sorted, filtered and paged here, fifty rows in the document at a time. Texts go in as text, never as markup;
// only the marked lines are markup, made and escaped by Copydesk.
(() => {
  const find = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(find(id).textContent);
  const facts = read("facts");
  const rows = read("rows");
  rows.shift(); // a placeholder, so that every row can begin with a comma
  find("rows").remove();
  const [NUMBER, ID, OPENING, ACTION, SCORE, SCORES, FLAGS, WORDS, LANGUAGE, SIGNAL, REASON, QUOTE, LINES, RELATION, SOURCE] = Array(15).keys();
  const ACTIONS = ["Publish", "Review", "Hold"], SIGNS = ["\u2713", "!", "\u25a0"];
  const PRINTED = 500;
  let details = null;
  const linesOf = (row) => (details ??= read("details"))[row[NUMBER]];

  const el = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === true) made.setAttribute(key, "");
      else if (value !== false && value !== null) made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  };
  const counted = (number, one, many) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

  // Columns: name, class, value to sort by, is the first direction descending, and what its cell holds.
  const collator = new Intl.Collator("en", { numeric: true });
  const decimal = (value) => (value === null ? el("span", { class: "none" }, el("span", { "aria-hidden": "true" }, "\u2013"), el("span", { class: "hear" }, "not judged")) : (value / 10000).toFixed(2));
  const signalColumn = ([css, letter, name], index) => ({
    name, css: `number signal ${css}`, down: true, of: (row) => row[SCORES][index],
    cell: (row) => (row[FLAGS] >> index) & 1
      ? [el("b", { class: "on" }, el("span", { class: `tag ${css}`, "aria-hidden": "true" }, letter), " ", decimal(row[SCORES][index]), el("span", { class: "hear" }, " flagged"))]
      : [decimal(row[SCORES][index])],
  });
  const columns = [
    { name: "Article", css: "article", of: (row) => row[ID], cell: articleCell },
    { name: "Action", css: "action", down: true, of: (row) => row[ACTION] * 100000 + (row[SCORE] ?? 0),
      cell: (row) => [el("span", { class: `stamped a${row[ACTION]}` }, el("span", { "aria-hidden": "true" }, SIGNS[row[ACTION]]), ` ${ACTIONS[row[ACTION]]}`)] },
    { name: "Score", css: "number", down: true, of: (row) => row[SCORE], cell: (row) => [decimal(row[SCORE])] },
    ...facts.signals.map(signalColumn),
    { name: "Words", css: "number", down: true, of: (row) => row[WORDS], cell: (row) => [row[WORDS].toLocaleString("en")] },
    { name: "Language", css: "language", of: (row) => row[LANGUAGE], cell: (row) => [row[LANGUAGE]] },
    { name: "Worst line", css: "worst", of: (row) => row[REASON] || null, cell: worstCell },
    { name: "Source", css: "source", of: (row) => (row[RELATION] ? `${row[RELATION]} ${row[SOURCE]}` : null), cell: sourceCell },
  ].filter((column) => column.name !== "Source" || rows.some((row) => row[RELATION]));

  function articleCell(row) {
    const cell = [el("bdi", { class: "id" }, row[ID] || "(no id)")];
    if (row[OPENING]) cell.push(el("bdi", { class: "opening" }, row[OPENING]));
    if (row[FLAGS]) {
      const button = el("button", { type: "button", class: "open", "aria-expanded": "false" }, "Show lines", el("span", { class: "hear" }, ` of ${row[ID]}`));
      button.addEventListener("click", () => toggle(button, row));
      cell.push(button);
    }
    return cell;
  }
  function worstCell(row) {
    if (!row[REASON]) return [];
    const look = facts.signals[row[SIGNAL]] ?? ["o", "?", ""];
    const more = row[LINES] > 1 ? [" ", el("span", { class: "small" }, `(+${row[LINES] - 1} more)`)] : [];
    return [el("b", { class: `tag ${look[0]}`, title: look[2] }, look[1]), " ", el("b", { class: "reason" }, row[REASON]), " ", el("bdi", { class: "quote" }, row[QUOTE]), ...more];
  }
  function sourceCell(row) {
    return row[RELATION] ? [row[RELATION], " ", el("bdi", {}, row[SOURCE])] : [];
  }

  // What is shown: the rows that pass the filters, in order, a page of them.
  const state = { by: columns[1], down: true, page: 0, size: 50, action: "all", signal: "all", text: "" };
  let shown = rows;
  let texts = null;
  const textOf = (row) => [row[ID], row[OPENING], row[REASON], row[QUOTE], row[SOURCE], row[LANGUAGE]].join("\n").toLowerCase();
  const passes = {
    all: () => true, flagged: (row) => row[ACTION] > 0, hold: (row) => row[ACTION] === 2, review: (row) => row[ACTION] === 1,
    publish: (row) => row[ACTION] === 0,
  };
  function arrange() {
    const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length) texts ??= new Map(rows.map((row) => [row, textOf(row)]));
    const bit = /^\d$/.test(state.signal) ? 1 << state.signal : 0;
    const fits = passes[state.action];
    shown = rows.filter((row) => fits(row) && (!bit || row[FLAGS] & bit) && (state.signal !== "source" || row[RELATION]) && words.every((word) => texts.get(row).includes(word)));
    const keys = new Map(shown.map((row) => [row, state.by.of(row)]));
    const sign = state.down ? -1 : 1;
    shown.sort((one, other) => {
      const [a, b] = [keys.get(one), keys.get(other)];
      if (a === null || b === null) return (a === null) - (b === null) || one[NUMBER] - other[NUMBER]; // what has no value comes last
      const order = typeof a === "string" ? collator.compare(a, b) : a - b;
      return sign * order || one[NUMBER] - other[NUMBER];
    });
    state.page = 0;
    draw();
  }
  function draw() {
    const pages = Math.max(1, Math.ceil(shown.length / state.size));
    state.page = Math.min(Math.max(state.page, 0), pages - 1);
    const first = state.page * state.size;
    const some = shown.slice(first, first + state.size);
    body.replaceChildren(...some.map(rowOf));
    const range = some.length ? `${(first + 1).toLocaleString("en")} to ${(first + some.length).toLocaleString("en")} of ` : "";
    const of = shown.length < rows.length ? `, out of ${rows.length.toLocaleString("en")}` : "";
    said.textContent = shown.length ? `${range}${counted(shown.length, "article", "articles")}${of}` : "No article fits these filters.";
    for (const head of heads) {
      const mine = head.column === state.by;
      if (mine) head.element.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else head.element.removeAttribute("aria-sort");
      head.arrow.textContent = mine ? (state.down ? "\u25bc" : "\u25b2") : "";
    }
    for (const pager of pagers) {
      pager.nav.hidden = pages < 2;
      pager.number.value = state.page + 1;
      pager.number.max = pages;
      pager.last.textContent = pages.toLocaleString("en");
      for (const [button, off] of [[pager.back, state.page === 0], [pager.next, state.page === pages - 1]]) button.setAttribute("aria-disabled", off);
    }
    sorter.value = columns.indexOf(state.by);
    turner.textContent = state.down ? "Descending" : "Ascending";
  }
  function rowOf(row) {
    const cells = columns.map((column, index) => {
      const content = column.cell(row);
      const attributes = { class: column.css + (content.length ? "" : " empty"), role: index ? "cell" : "rowheader", "data-name": column.name };
      return el(index ? "td" : "th", index ? attributes : { ...attributes, scope: "row" }, ...content);
    });
    return el("tr", { role: "row", class: `a${row[ACTION]}` }, ...cells);
  }
  function toggle(button, row) {
    const open = button.getAttribute("aria-expanded") === "true";
    const line = button.closest("tr");
    if (open) line.nextElementSibling.remove();
    else line.after(linesRow(row));
    button.setAttribute("aria-expanded", !open);
    button.firstChild.data = open ? "Show lines" : "Hide lines";
  }
  function linesRow(row) {
    const box = el("div", { class: "lines", role: "group", "aria-label": "Marked lines" });
    const html = linesOf(row);
    if (html === undefined) box.append(el("p", { class: "about" }, "The lines of this article are not on this page: those of the worst articles are. Look at it with copydesk explain."));
    else box.innerHTML = html;
    return el("tr", { class: "below", role: "row" }, el("td", { colspan: columns.length, role: "cell" }, box));
  }

  // The controls.
  const said = el("p", { role: "status", class: "said" });
  const choice = (id, label, values, value, change) => {
    const select = el("select", { id, autocomplete: "off" }, ...values.map(([key, name]) => el("option", { value: key }, name)));
    select.value = value;
    select.addEventListener("change", () => change(select.value));
    return [select, el("div", { class: "field" }, el("label", { for: id }, label), select)];
  };
  const [, actions] = choice("by-action", "Action", [["all", "All"], ["flagged", "Hold and review"], ["hold", "Hold"], ["review", "Review"], ["publish", "Publish"]], "all", (value) => { state.action = value; arrange(); });
  const flaggedBy = [["all", "Any"], ...facts.signals.map(([, , name], index) => [String(index), name])];
  if (columns.at(-1).name === "Source") flaggedBy.push(["source", "Has a source"]);
  const [, signals] = choice("by-signal", "Flagged for", flaggedBy, "all", (value) => { state.signal = value; arrange(); });
  const [sorter, order] = choice("by-column", "Order by", columns.map((column, index) => [index, column.name]), 1, (value) => sortBy(columns[value]));
  const turner = el("button", { type: "button", class: "plain-button" });
  turner.addEventListener("click", () => { state.down = !state.down; arrange(); });
  order.classList.add("narrow-only");
  order.append(turner);
  const search = el("input", { type: "search", id: "by-text", autocomplete: "off", dir: "auto", maxlength: "200" });
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { state.text = search.value; arrange(); }, 150);
  });
  const controls = el("div", { class: "controls", role: "search", "aria-label": "Filter the articles" }, actions, signals,
    el("div", { class: "field wide" }, el("label", { for: "by-text" }, "Words in id, opening, line or source"), search), order);

  function sortBy(column) {
    state.down = state.by === column ? !state.down : Boolean(column.down);
    state.by = column;
    arrange();
  }
  const heads = columns.map((column, index) => {
    const arrow = el("span", { class: "arrow", "aria-hidden": "true" });
    const button = el("button", { type: "button" }, column.name, arrow);
    button.addEventListener("click", () => sortBy(column));
    return { column, arrow, element: el("th", { scope: "col", role: "columnheader", class: column.css }, button), index };
  });
  const body = el("tbody", { role: "rowgroup" });
  const caption = el("caption", {}, "Articles of this batch. A flagged score is bold and carries the letter of its signal.");
  const table = el("table", { class: "articles", role: "table" }, caption, el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...heads.map((head) => head.element))), body);

  const pagers = ["Pages", "Pages, again"].map((name, index) => {
    const id = `page-${index}`;
    const back = el("button", { type: "button" }, "Previous"), next = el("button", { type: "button" }, "Next");
    const number = el("input", { type: "number", id, min: "1", autocomplete: "off" }), last = el("span");
    const turn = (page) => {
      if (page === state.page || !Number.isInteger(page)) return;
      state.page = page;
      draw();
      if (index) { find("articles").focus({ preventScroll: true }); controls.scrollIntoView(); }
    };
    back.addEventListener("click", () => turn(Math.max(state.page - 1, 0)));
    next.addEventListener("click", () => turn(Math.min(state.page + 1, Math.ceil(shown.length / state.size) - 1)));
    number.addEventListener("change", () => { turn(number.valueAsNumber - 1); draw(); });
    return { back, next, number, last, nav: el("nav", { class: "pages", "aria-label": name }, back, el("span", {}, el("label", { for: id }, "Page "), number, " of ", last), next) };
  });

  // On paper: the flagged articles that the filters leave, each with its lines.
  addEventListener("beforeprint", () => {
    const flagged = shown.filter((row) => row[FLAGS]);
    const printed = flagged.slice(0, PRINTED);
    body.replaceChildren(...printed.flatMap((row) => [rowOf(row), linesRow(row)]));
    said.textContent = `${counted(printed.length, "flagged article", "flagged articles")}${printed.length < flagged.length ? `, the first of ${flagged.length.toLocaleString("en")}` : ""}`;
  });
  addEventListener("afterprint", draw);

  find("desk").replaceChildren(controls, el("div", { class: "row" }, said, pagers[0].nav), table, pagers[1].nav);
  find("desk").hidden = false;
  arrange();
})();
