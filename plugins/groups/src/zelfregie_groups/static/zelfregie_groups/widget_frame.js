/* Tells the page around the widget how high the widget is. A height is no secret, so any page may hear it. */
(function () {
  "use strict";

  if (window.parent === window) {
    return;
  }
  var last = 0;

  function tell() {
    var height = document.body.getBoundingClientRect().height;
    if (Math.abs(height - last) >= 1) {
      last = height;
      window.parent.postMessage({ type: "zelfregie-widget", height: height }, "*");
    }
  }

  new ResizeObserver(tell).observe(document.body);
  window.addEventListener("load", tell);
  tell();
})();
