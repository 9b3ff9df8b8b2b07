/* Shows a small finder of self-help groups in place of a link. Stands on websites of others:
   <a href="https://regio.example/groepen/" data-zelfregie-widget>Zoek een groep</a>
   <script src="https://regio.example/-/groups/widget.js" async></script>
   Without this script, or when the finder does not answer, the link stays. No cookies, nothing is counted. */
(function () {
  "use strict";

  var PATH = "/-/groups/widget/";
  var MESSAGE = "zelfregie-widget";
  var PATIENCE = 5000;
  var LOWEST = 120;
  var HIGHEST = 6000;

  function show(link) {
    if (link.hasAttribute("data-zelfregie-shown")) {
      return;
    }
    var address = new URL(link.href);
    if (address.protocol !== "https:" && address.protocol !== "http:") {
      return;
    }
    link.setAttribute("data-zelfregie-shown", "");

    var frame = document.createElement("iframe");
    frame.src = address.origin + PATH + address.search;
    frame.title = link.textContent.trim() || "Zoek een groep";
    frame.loading = "lazy";
    frame.referrerPolicy = "no-referrer";
    frame.style.cssText = "display:block;width:100%;height:30rem;border:0;color-scheme:light";

    function listen(event) {
      // Only our own frame, and only when it still shows our own site.
      if (event.source !== frame.contentWindow || event.origin !== address.origin) {
        return;
      }
      var data = event.data;
      if (!data || data.type !== MESSAGE || typeof data.height !== "number" || !isFinite(data.height)) {
        return;
      }
      link.hidden = true;
      frame.style.height = Math.min(Math.max(Math.ceil(data.height), LOWEST), HIGHEST) + "px";
    }

    function check() {
      // A browser tells no one that a frame was refused or is an error page: it just stays silent.
      setTimeout(function () {
        if (!link.hidden) {
          window.removeEventListener("message", listen);
          frame.remove();
        }
      }, PATIENCE);
    }

    window.addEventListener("message", listen);
    frame.addEventListener("load", check, { once: true });
    link.after(frame);
  }

  function showAll() {
    document.querySelectorAll("a[href][data-zelfregie-widget]").forEach(show);
  }

  showAll();
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", showAll);
  }
})();
