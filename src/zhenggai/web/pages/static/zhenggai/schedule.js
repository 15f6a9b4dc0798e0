// Keys in the month: arrows move between days, Page Up and Page Down between months.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const turn = { PageUp: "a[rel=prev]", PageDown: "a[rel=next]" }[event.key];
  if (turn) {
    const link = document.querySelector(turn);
    if (link) { event.preventDefault(); link.click(); }
    return;
  }
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  if (!(event.key in steps)) return;
  const days = Array.from(document.querySelectorAll(".month a[data-day]"));
  if (!days.length) return;
  const cell = document.activeElement.closest(".month td");
  const here = cell ? days.findIndex((day) => cell.contains(day)) : -1;
  const today = days.findIndex((day) => day.closest(".today"));
  const next = here < 0 ? Math.max(0, today) : here + steps[event.key];
  if (next < 0 || next >= days.length) return;
  event.preventDefault();
  days[next].focus();
});
