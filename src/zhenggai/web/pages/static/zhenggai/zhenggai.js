// Keys: "/" goes to the search field, arrows move between rows that carry data-row.
"use strict";
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = document.getElementById("find");
    if (field) { event.preventDefault(); field.focus(); field.select(); }
    return;
  }
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !typing) {
    const rows = Array.from(document.querySelectorAll("[data-row]"));
    const here = rows.indexOf(document.activeElement.closest("[data-row]"));
    if (!rows.length || (here < 0 && event.key === "ArrowUp")) return;
    const next = rows[Math.min(rows.length - 1, Math.max(0, here + (event.key === "ArrowDown" ? 1 : -1)))];
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
  if (event.key === "Enter" && event.target.matches("[data-row]")) {
    const link = event.target.querySelector("a[href]");
    if (link) link.click();
  }
});
// A link with data-with-search takes along the filters that the page shows now.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-with-search]");
  if (link) link.search = window.location.search;
});
// A button with data-confirm asks first. A form that has been sent off is not sent again by a second click; after half a minute it may be.
window.addEventListener("submit", (event) => {  // after the listeners of the document, which may keep a form back
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  const question = event.submitter && event.submitter.dataset.confirm;
  if (question && !window.confirm(question)) { event.preventDefault(); return; }
  if (Date.now() - Number(form.dataset.sent || 0) < 30000) event.preventDefault();
  else form.dataset.sent = Date.now();
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});
// What htmx could not send is told at the top of the page.
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => {
    const faults = document.getElementById("faults");
    faults.replaceChildren(document.getElementById("offline").content.cloneNode(true));
    faults.scrollIntoView({ block: "nearest" });
  });
}
document.addEventListener("htmx:beforeRequest", () => { document.getElementById("faults").replaceChildren(); });
// What was chosen before htmx was there to hear it is sent as soon as it is.
const differs = (field) => {
  if (field.tagName === "SELECT") return Array.from(field.options).some((option) => option.selected !== option.defaultSelected);
  return field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
};
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) return;
  document.querySelectorAll("[hx-trigger~=change]:not([hx-get])").forEach((part) => {
    const field = Array.from(part.querySelectorAll("input:not([type=hidden]), select, textarea")).find(differs);
    if (field) field.dispatchEvent(new Event("change", { bubbles: true }));
  });
});
