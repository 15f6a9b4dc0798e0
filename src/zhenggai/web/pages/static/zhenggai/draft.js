// What an edit of a draft brings back takes the place of single parts of the page. The rest stays: open forms, typed words, the focus.
"use strict";
(() => {
  const pane = document.getElementById("understood");
  if (!pane) return;
  const lastShown = () => {
    const groups = pane.querySelectorAll("#groups > .part");
    return groups.length ? groups[groups.length - 1].id.slice(2) : "";
  };

  // A form that waited its turn is sent with the version that the edit before it has made.
  const renew = () => {
    const version = document.getElementById("counts").dataset.version;
    pane.querySelectorAll("input[name=seen]").forEach((input) => { input.value = version; });
  };
  document.addEventListener("htmx:configRequest", (event) => {
    if (!pane.contains(event.detail.elt) && event.detail.elt.id !== "acting") return;
    event.detail.parameters.through = lastShown();
    event.detail.parameters.page = pane.dataset.page;
    if (event.detail.verb === "post") event.detail.parameters.seen = document.getElementById("counts").dataset.version;
  });

  // Forms that are open in a part which comes anew move into it, so that what is being typed there is not lost.
  let answered = null, held = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    answered = event.detail.requestConfig.elt.closest("form.inplace");
    const part = answered && answered.closest("[data-part]");
    held = answered && answered.contains(document.activeElement) ? { part: part && part.dataset.part, id: "" } : null;
  });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    const focus = document.activeElement;
    if (focus && focus.id && target.contains(focus) && !(answered && answered.contains(focus))) held = { part: "", id: focus.id };
    target.querySelectorAll("form.inplace").forEach((form) => {
      if (form === answered) return;
      const link = [...fragment.querySelectorAll("a[href]")].find((one) => one.getAttribute("href") === form.dataset.from);
      const part = form.closest("[data-part]");
      const home = part && fragment.querySelector(`[data-part="${part.dataset.part}"]`);
      if (link) link.replaceWith(form);
      else if (home) home.append(form);
    });
  });
  document.addEventListener("htmx:afterSettle", () => {
    renew();
    if (!held) return;
    const found = held.id ? document.getElementById(held.id) : held.part && pane.querySelector(`[data-part="${held.part}"]`);
    held = null;
    if (found && !found.contains(document.activeElement)) found.focus({ preventScroll: true });
  });

  // Who reaches the end of the groups by keyboard goes on in what comes there.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const later = event.detail.target;
    if (later.id !== "later" || !later.contains(document.activeElement)) return;
    const before = later.previousElementSibling;
    document.addEventListener("htmx:afterSettle", () => {
      const first = before && before.nextElementSibling && before.nextElementSibling.querySelector("[tabindex], a");
      if (first) first.focus();
    }, { once: true });
  });

  // Groups that come while somebody is at the confirmation below them do not push it out of sight.
  document.addEventListener("htmx:afterSwap", () => {
    const focus = document.activeElement;
    if (focus && focus.closest("#confirm")) focus.scrollIntoView({ block: "center" });
  });

  // A place in the document whose group has not come yet brings the groups up to it.
  document.addEventListener("places:none", (event) => {
    const later = document.getElementById("later");
    if (!later || !later.hasAttribute("hx-get") || later.classList.contains("htmx-request")) return;
    htmx.ajax("GET", `${later.getAttribute("hx-get")}&block=${event.detail.block}`, { source: later, target: later, swap: "outerHTML" })
      .then(() => document.dispatchEvent(new CustomEvent("places:come", { detail: event.detail })));
  });
})();
