// The conflict desk by keyboard: a key of its own for each choice, for leaving it and for undoing.
// Single keys can be turned off (WCAG 2.1.4), and the browser remembers it.
const KEPT = "concord-keys-off";
const typing = (target) => target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");

const remember = (off) => {
  if (!off) return;
  off.checked = localStorage.getItem(KEPT) === "yes";
  off.addEventListener("change", () => localStorage.setItem(KEPT, off.checked ? "yes" : "no"));
};

const press = (control) => {
  if (control.type === "radio") {
    control.checked = true;
    control.focus();
  } else {
    control.click();
  }
};

export const keys = (root) => {
  const desk = root.querySelector("[data-keys]");
  if (!desk) return;
  const off = desk.querySelector("[data-keys-off]");
  remember(off);
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target) || off?.checked) return;
    const control = desk.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!control) return;
    event.preventDefault();
    press(control);
  });
};
