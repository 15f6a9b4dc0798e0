// Each choice is kept as it is made, one after the other, and counts the draft's version up: all forms of the page follow.
"use strict";
let waiting = null;
document.addEventListener("htmx:afterSettle", () => {
  const seen = document.getElementById("seen");
  if (seen) document.querySelectorAll("[data-seen]").forEach((field) => { field.value = seen.value; });
});
// A form sent off while choices are still under way goes after them; a choice that was refused keeps it back.
document.addEventListener("submit", (event) => {
  if (!document.querySelector("fieldset.htmx-request")) return;
  event.preventDefault();
  waiting = { form: event.target, button: event.submitter };
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful) waiting = null;
  setTimeout(() => {
    if (!waiting || document.querySelector("fieldset.htmx-request")) return;
    const { form, button } = waiting;
    waiting = null;
    form.requestSubmit(button);
  }, 50);
});
