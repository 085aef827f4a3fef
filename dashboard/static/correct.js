// g opens the form by which a person corrects the system's verdict; Escape closes it.
"use strict";

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const form = document.querySelector('details[data-do="correct"]');
  if (!form) return;
  if (event.key === "Escape" && form.open) {
    form.open = false;
    form.querySelector("summary").focus();
  } else if (event.key === "g" && !event.target.matches?.("input:not([type=radio]):not([type=checkbox]), select, textarea")) {
    form.open = true;
    form.querySelector("input[type=radio]:checked").focus();
    event.preventDefault();
  }
});
