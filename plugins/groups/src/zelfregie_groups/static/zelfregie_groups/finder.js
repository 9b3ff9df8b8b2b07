/* The finder without a new page for each choice: fetches the same address that the form would go to, and shows its
   results here. Everything works without this file; whatever goes wrong, the browser just follows the address. */
(() => {
  const finder = document.querySelector("[data-groups-finder]");
  const form = document.getElementById("zoek");
  const outcome = document.getElementById("uitkomst");
  if (!finder || !form || !outcome || !window.fetch || !window.AbortController) return;

  const text = finder.dataset;
  const announcement = finder.querySelector("[data-groups-announce]");
  const wide = window.matchMedia("(min-width: 64rem)");
  const ticked = new Set([...finder.querySelectorAll("[name=keuze]")].filter((box) => box.checked !== false).map((box) => box.value));
  let underWay = null;

  // --- searching ---

  function addressOf(theForm) {
    const chosen = new URLSearchParams();
    for (const [name, value] of new FormData(theForm)) {
      if (value.trim() && !(name === "afstand" && value === text.defaultDistance)) chosen.append(name, value.trim());
    }
    const query = chosen.toString();
    return theForm.getAttribute("action") + (query ? `?${query}` : "");
  }

  function replacePart(next, id) {
    const part = document.getElementById(id);
    const other = next.getElementById(id);
    if (part && other) part.replaceChildren(...other.childNodes);
  }

  function show(next) {
    const focused = document.activeElement?.id;
    for (const id of ["uitkomst", "zoek-keuzes", "zoek-aantal", "zoek-thema"]) replacePart(next, id);
    for (const id of ["zoek-q", "zoek-plaats"]) {
      const box = document.getElementById(id);
      const other = next.getElementById(id);
      if (box && other && box !== document.activeElement) box.value = other.value;
    }
    document.title = next.title;
    const before = focused && document.getElementById(focused);
    if (before && before !== document.activeElement) before.focus({ preventScroll: true });
    prepare();
  }

  async function go(address, { push = true, reveal = false } = {}) {
    underWay?.abort();
    const mine = new AbortController();
    underWay = mine;
    const slow = setTimeout(() => {
      outcome.setAttribute("aria-busy", "true");
      announcement.textContent = text.textBusy;
    }, 400);
    try {
      const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || !next.getElementById("uitkomst")) throw new Error("no results");
      if (underWay !== mine) return;
      if (push && address !== location.pathname + location.search) history.pushState(null, "", address);
      show(next);
      const heading = document.getElementById("uitkomst-kop");
      announcement.textContent = heading ? heading.textContent : "";
      if (reveal && heading) {
        heading.focus({ preventScroll: true });
        outcome.scrollIntoView({ block: "start" });
      }
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
    } finally {
      clearTimeout(slow);
      if (underWay === mine) {
        underWay = null;
        outcome.removeAttribute("aria-busy");
      }
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(addressOf(form), { reveal: true });
  });

  finder.addEventListener("change", (event) => {
    const field = event.target;
    if (field.name === "keuze") {
      if (field.checked) ticked.add(field.value);
      else ticked.delete(field.value);
      tellTicked();
    } else if (field.form === form && (field.matches("[type=checkbox], [type=radio]") || field.tagName === "SELECT")) {
      go(addressOf(form));
    }
  });

  finder.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-groups-go], .zr-pagination a");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const url = new URL(link.href);
    go(url.pathname + url.search, { reveal: true });
  });

  window.addEventListener("popstate", () => go(location.pathname + location.search, { push: false }));

  // --- taking groups along ---

  function tellTicked() {
    const list = document.getElementById("lijst");
    if (!list) return;
    const here = new Set([...finder.querySelectorAll("[type=checkbox][name=keuze]")].map((box) => box.value));
    for (const kept of list.querySelectorAll("[data-groups-kept]")) kept.remove();
    for (const key of ticked) {
      if (here.has(key)) continue;
      const kept = document.createElement("input");
      Object.assign(kept, { type: "hidden", name: "keuze", value: key });
      kept.dataset.groupsKept = "";
      list.append(kept);
    }
    const told = finder.querySelector("[data-groups-ticked]");
    if (ticked.size === 0) told.textContent = "";
    else told.textContent = ticked.size === 1 ? text.textTickedOne : text.textTicked.replace("{n}", ticked.size);
  }

  // --- the map ---

  function load(tag, attributes) {
    return new Promise((resolve, reject) => {
      const element = Object.assign(document.createElement(tag), attributes);
      element.addEventListener("load", resolve);
      element.addEventListener("error", reject);
      document.head.append(element);
    });
  }

  let files = null;

  async function drawMap(section) {
    const { leaflet, leafletCss, map, mapCss } = section.dataset;
    files ??= load("link", { rel: "stylesheet", href: leafletCss })
      .then(() => load("link", { rel: "stylesheet", href: mapCss }))
      .then(() => load("script", { src: leaflet }))
      .then(() => load("script", { src: map }));
    try {
      await files;
      if (section.isConnected && !("ready" in section.dataset)) window.zelfregieGroupsMap(section);
    } catch {
      files = null;
      section.querySelector("[data-groups-canvas]").hidden = true;
      section.querySelector(".groups-map-note").textContent = section.dataset.textFailed;
    }
  }

  let isMapOpen = false; // on a phone; beside the list it always is

  function showMap(section, button) {
    const isBeside = wide.matches;
    const isShown = isBeside || isMapOpen;
    section.hidden = !isShown;
    button.hidden = false;
    button.setAttribute("aria-expanded", String(isShown));
    button.querySelector("[data-closed]").hidden = isShown;
    button.querySelector("[data-open]").hidden = !isShown;
    const results = section.parentElement;
    results.classList.toggle("has-map", isShown);
    // Focus order follows what is seen: on a phone the map comes above the list.
    if (isBeside) results.append(section);
    else results.querySelector(".groups-results__head").after(section);
    if (!isShown) return;
    if (!isBeside) drawMap(section);
    else whenIdle(() => whenSeen(section, () => drawMap(section)));
  }

  function whenIdle(work) {
    // A busy browser is never idle; after two seconds it comes anyway.
    const start = () => (window.requestIdleCallback ? requestIdleCallback(work, { timeout: 2000 }) : setTimeout(work));
    if (document.readyState === "complete") start();
    else window.addEventListener("load", start, { once: true });
  }

  function whenSeen(element, work) {
    const watcher = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        watcher.disconnect();
        work();
      }
    });
    watcher.observe(element);
  }

  function currentMap() {
    const section = finder.querySelector("[data-groups-map]");
    const button = finder.querySelector("[data-groups-map-button]");
    return section && button ? [section, button] : null;
  }

  finder.addEventListener("click", (event) => {
    if (!event.target.closest("[data-groups-map-button]")) return;
    isMapOpen = !isMapOpen;
    showMap(...currentMap());
  });

  wide.addEventListener("change", () => {
    const parts = currentMap();
    if (parts) showMap(...parts);
  });

  // --- where I am, and names of places while typing ---

  function askLocation() {
    const part = form.querySelector("[data-groups-locate]");
    if (!part || !navigator.geolocation || !text.locateUrl) return;
    const status = part.querySelector("[data-groups-locate-status]");
    const button = part.querySelector("button");
    const say = (sentence) => {
      status.textContent = sentence;
      isAsking = false;
    };
    let isAsking = false;
    part.hidden = false;
    button.addEventListener("click", () => {
      if (isAsking) return;
      isAsking = true;
      status.textContent = text.textLocating;
      navigator.geolocation.getCurrentPosition(
        async ({ coords }) => {
          // Two decimals are about a kilometre: more precisely than that nobody needs to know, we neither. In the body of
          // a POST, because addresses are kept in logs.
          const rounded = new URLSearchParams({ lat: coords.latitude.toFixed(2), lon: coords.longitude.toFixed(2) });
          try {
            const answer = await fetch(text.locateUrl, { method: "POST", body: rounded, headers: { Accept: "application/json" } });
            const found = await answer.json();
            if (!answer.ok) return say(found.message || text.textUnavailable);
            document.getElementById("zoek-plaats").value = found.place;
            say(text.textLocated.replace("{place}", found.label));
          } catch {
            say(text.textUnavailable);
          }
        },
        (error) => say(error.code === error.PERMISSION_DENIED ? text.textDenied : text.textUnavailable),
        { maximumAge: 300000, timeout: 10000 },
      );
    });
  }

  function suggestPlaces() {
    const box = document.getElementById("zoek-plaats");
    const names = document.getElementById("zoek-plaatsen");
    if (!text.placesUrl || !names) return;
    let waiting = 0;
    let asked = "";
    box.addEventListener("input", () => {
      clearTimeout(waiting);
      const typed = box.value.trim().toLowerCase();
      if (typed.length < 2 || /\d/.test(typed) || typed === asked) return;
      waiting = setTimeout(async () => {
        asked = typed;
        try {
          const answer = await fetch(`${text.placesUrl}?q=${encodeURIComponent(typed)}`);
          if (!answer.ok || asked !== typed) return;
          const { places } = await answer.json();
          names.replaceChildren(...places.map((name) => Object.assign(document.createElement("option"), { value: name })));
        } catch {
          // Without suggestions people type the name themselves.
        }
      }, 150);
    });
  }

  /** Make new results work: ticks that were set before, and the map. */
  function prepare() {
    for (const plain of finder.querySelectorAll("[data-groups-plain]")) plain.hidden = true;
    for (const box of finder.querySelectorAll("[type=checkbox][name=keuze]")) box.checked = ticked.has(box.value);
    tellTicked();
    const parts = currentMap();
    if (parts) showMap(...parts);
  }

  askLocation();
  suggestPlaces();
  prepare();
})();
