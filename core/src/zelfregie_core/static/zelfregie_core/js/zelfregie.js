/* Enhancements only: everything works without this file. */
(() => {
  // Buttons that print are hidden until they can work: <button type="button" data-zr-print hidden>.
  for (const button of document.querySelectorAll("[data-zr-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // Buttons of which another script does the work: <button type="button" data-zr-script hidden>.
  for (const button of document.querySelectorAll("[data-zr-script]")) {
    button.hidden = false;
  }

  // After sending a form with mistakes, keyboard and screen reader start at the summary.
  document.querySelector("[data-zr-focus]")?.focus();

  // Escape closes the menu and gives the focus back to its button.
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector(".zr-menu[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
