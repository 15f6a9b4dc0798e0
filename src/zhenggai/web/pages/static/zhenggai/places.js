// A field lights its places in the document, and a place in the document lights its fields. Buttons with data-edit send an edit.
"use strict";
(() => {
  // Where the whole right side comes anew it stays where the reader was.
  let top = null;
  document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.target.id === "understood") top = event.detail.target.scrollTop; });
  document.addEventListener("htmx:afterSwap", () => { const pane = document.getElementById("understood"); if (pane && top !== null) pane.scrollTop = top; top = null; });

  const supported = "highlights" in CSS;
  const parse = (text) => (text || "").split(" ").filter(Boolean).map((place) => place.split(":").map(Number));
  const block = (number) => document.querySelector(`#source [data-block="${number}"]`);

  const point = (element, offset) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    let left = offset, last = null;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeName === "BR") { left -= 1; continue; }
      if (node.nodeType !== Node.TEXT_NODE) continue;
      const text = element.nodeName === "TD" ? node.data.replace(/\n/g, "") : node.data;
      if (left <= text.length) return [node, Math.max(0, left) + (node.data.length - text.length)];
      left -= text.length;
      last = node;
    }
    return last ? [last, last.data.length] : null;
  };

  const light = (places, scroll) => {
    document.querySelectorAll("#source .lit").forEach((element) => element.classList.remove("lit"));
    const ranges = [];
    for (const [number, start, end] of places) {
      const element = block(number);
      if (!element) continue;
      const from = point(element, start), to = point(element, end);
      if (supported && from && to) {
        const range = new Range();
        range.setStart(...from); range.setEnd(...to);
        ranges.push(range);
      } else element.classList.add("lit");
    }
    if (supported) CSS.highlights.set("place", new Highlight(...ranges));
    const first = places.length && block(places[0][0]);
    if (scroll && first) {
      const pane = document.getElementById("source"), box = first.getBoundingClientRect(), frame = pane.getBoundingClientRect();
      if (box.top < frame.top + 30 || box.bottom > frame.bottom - 30) pane.scrollTop += box.top - frame.top - frame.height / 3;
    }
  };

  // The tools of a part come when it is pointed at or reached by keyboard, folded; one set serves the whole page.
  const tools = (event) => {
    const part = event.target.closest && event.target.closest("#understood [data-part]");
    if (!part || part.querySelector(":scope > .tools, :scope > .inplace")) return;
    document.querySelectorAll("#understood .tools").forEach((other) => {
      if (!other.contains(document.activeElement) && other.querySelector(".menu").hidden) other.remove();
    });
    const made = document.getElementById("tools").content.cloneNode(true);
    made.querySelectorAll("[data-edit]").forEach((button) => { button.dataset.target = part.dataset.part; });
    const kind = part.dataset.part.split(":")[0];
    made.querySelectorAll("[data-of]").forEach((tool) => {
      if (!tool.dataset.of.split(" ").includes(kind)) tool.remove();
      else if (tool.href) tool.href += tool.dataset.field ? `${part.dataset.part}:${tool.dataset.field}` : part.dataset.part;
    });
    part.append(made);
    htmx.process(part.lastElementChild);
  };
  document.addEventListener("mouseover", tools);
  document.addEventListener("focusin", tools);

  const field = (event) => event.target.closest && event.target.closest("#understood [data-places]");
  for (const name of ["mouseover", "focusin"]) {
    document.addEventListener(name, (event) => { const found = field(event); if (found) light(parse(found.dataset.places), true); });
  }

  const offsetAt = (event) => {
    const caret = document.caretPositionFromPoint ? document.caretPositionFromPoint(event.clientX, event.clientY) : null;
    const range = !caret && document.caretRangeFromPoint ? document.caretRangeFromPoint(event.clientX, event.clientY) : null;
    return caret ? caret.offset : range ? range.startOffset : 0;
  };
  const smallest = (number, offset) => {
    let best = null, size = Infinity;
    document.querySelectorAll("#understood [data-places]").forEach((element) => {
      for (const [n, start, end] of parse(element.dataset.places)) {
        if (n === number && start <= offset && offset <= end && end - start < size) { best = element; size = end - start; }
      }
    });
    return best;
  };
  const fromSource = (event, go) => {
    const element = event.target.closest && event.target.closest("#source [data-block]");
    if (!element) return;
    document.querySelectorAll("#understood .lit").forEach((other) => other.classList.remove("lit"));
    const block = Number(element.dataset.block), offset = offsetAt(event);
    const found = smallest(block, offset);
    if (found) show(found, go);
    else if (go) document.dispatchEvent(new CustomEvent("places:none", { detail: { block, offset } }));
  };
  const show = (found, go) => {
    found.classList.add("lit");
    light(parse(found.dataset.places), false);
    if (go) { found.scrollIntoView({ block: "center" }); found.focus({ preventScroll: true }); }
  };
  document.addEventListener("places:come", (event) => {
    const found = smallest(event.detail.block, event.detail.offset);
    if (found) show(found, true);
  });
  document.addEventListener("mousemove", (event) => fromSource(event, false));
  document.addEventListener("click", (event) => {
    fromSource(event, true);
    const dots = event.target.closest && event.target.closest(".dots");
    if (dots) {
      const open = dots.nextElementSibling.hidden;
      document.querySelectorAll("#understood .menu").forEach((menu) => { menu.hidden = true; menu.previousElementSibling.setAttribute("aria-expanded", "false"); });
      dots.nextElementSibling.hidden = !open;
      dots.setAttribute("aria-expanded", String(open));
      return;
    }
    const button = event.target.closest && event.target.closest("[data-edit]");
    if (!button) return;
    const pane = document.getElementById("understood");
    htmx.ajax("POST", pane.dataset.editUrl, {
      source: document.getElementById("acting"), target: "#understood", swap: "none",
      values: { edit: button.dataset.edit, target: button.dataset.target, to: button.dataset.to || "" },
    });
  });
})();
