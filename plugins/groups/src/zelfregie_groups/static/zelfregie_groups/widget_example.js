/* A button that copies the line of HTML; without this script people select it and copy it themselves. */
(function () {
  "use strict";

  var text = document.querySelector("[data-copy-from]");
  var button = document.querySelector("[data-copy]");
  var done = document.querySelector("[data-copied]");
  if (!text || !button || !done || !navigator.clipboard) {
    return;
  }
  button.hidden = false;
  button.addEventListener("click", function () {
    navigator.clipboard.writeText(text.value).then(
      function () {
        done.textContent = done.dataset.copied;
      },
      function () {
        text.focus();
        text.select();
      }
    );
  });
})();
