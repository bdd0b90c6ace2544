// The conflict desk by keyboard: a key of its own for each choice, another for the next step. Off while someone is typing.
const typing = (target) => target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");

export const keys = (root) => {
  const desk = root.querySelector("[data-keys]");
  const off = root.querySelector("[data-keys-off]");
  if (!desk) return;
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target) || off?.checked) return;
    const control = desk.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!control) return;
    event.preventDefault();
    if (control.type === "radio") {
      control.checked = true;
      control.focus();
    } else {
      control.click();
    }
  });
};
