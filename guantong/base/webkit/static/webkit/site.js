/* Small comforts on top of pages that work without them: questions before deleting, more rows, the menu, file notes, print. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

  const size = (octets) => (octets < 1048576 ? `${(octets / 1024).toFixed(1)} KB` : `${(octets / 1048576).toFixed(1)} MB`);

  document.querySelectorAll("[data-menu]").forEach((button) => {
    const menu = document.getElementById(button.dataset.menu);
    const narrow = window.matchMedia("(max-width: 44rem)");
    const fit = () => {
      button.hidden = !narrow.matches;
      button.setAttribute("aria-expanded", "false");
      menu.toggleAttribute("data-closed", narrow.matches);
    };
    narrow.addEventListener("change", fit);
    fit();
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", String(open));
      menu.toggleAttribute("data-closed", !open);
    });
  });

  document.addEventListener("click", (event) => {
    const asks = closest(event, "button[data-confirm]");
    if (asks && !window.confirm(asks.dataset.confirm)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (closest(event, "[data-print]")) {
      window.print();
      return;
    }
    const adds = closest(event, "[data-add-row]");
    if (adds) {
      const list = document.getElementById(adds.dataset.addRow);
      const pattern = list && list.querySelector("template");
      if (pattern) {
        event.preventDefault();
        const next = Number(list.dataset.next || list.querySelectorAll("[data-row]").length);
        list.dataset.next = String(next + 1);
        const holder = document.createElement("template");
        holder.innerHTML = pattern.innerHTML.replaceAll("__row__", String(next));
        const row = holder.content.firstElementChild;
        list.insertBefore(row, pattern);
        const first = row.querySelector("input, select, textarea");
        if (first) first.focus();
      }
      return;
    }
    const drops = closest(event, "[data-drop-row]");
    if (drops) {
      const row = drops.closest("[data-row]");
      if (row) {
        event.preventDefault();
        row.remove();
      }
    }
  }, true);

  document.addEventListener("change", (event) => {
    const input = closest(event, "input[type=file][data-file-note]");
    if (input) {
      const note = document.getElementById(input.dataset.fileNote);
      if (note) note.textContent = input.files.length ? `已选择：${input.files[0].name}（${size(input.files[0].size)}）` : "";
      return;
    }
    const sends = closest(event, "[data-submit-on-change]");
    if (sends && sends.form) sends.form.requestSubmit();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    window.setTimeout(() => delete form.dataset.sent, 4000);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

  const focusNews = (scope) => {
    const news = scope.querySelector("[data-focus]");
    if (news) news.focus();
  };
  focusNews(document);
  document.addEventListener("htmx:afterSwap", (event) => focusNews(event.target));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form") : null;
    if (form) delete form.dataset.sent;
  });
  document.querySelectorAll("[data-needs-script]").forEach((element) => {
    element.hidden = false;
  });
})();
