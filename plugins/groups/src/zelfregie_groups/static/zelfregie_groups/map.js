/* The map beside the list of groups. finder.js loads this file and Leaflet when the map is shown, and calls
   zelfregieGroupsMap(section). Everything on it comes from the cards of the list, so that the two cannot differ. */
(() => {
  const PIN = '<svg viewBox="0 0 40 48" aria-hidden="true" focusable="false"><path fill="currentColor" stroke="#fff" stroke-width="2" d="M20 47C20 47 38 29 38 19A18 18 0 1 0 2 19C2 29 20 47 20 47Z"/></svg>';
  const DOT = '<circle cx="20" cy="19" r="6.5" fill="#fff"/></svg>';
  const TOO_CLOSE = 34; // pixels: pins that would lie over each other become one pin with a number

  const point = (text) => text.split(",").map(Number);

  function readCards() {
    return [...document.querySelectorAll("#groepen [data-groups-point]")].map((card) => {
      const link = card.querySelector(".zr-card__link");
      return {
        card,
        at: window.L.latLng(point(card.dataset.groupsPoint)),
        place: card.dataset.groupsPlace || "",
        name: link.textContent,
        url: link.href,
      };
    });
  }

  window.zelfregieGroupsMap = (section) => {
    const L = window.L;
    const text = section.dataset;
    const canvas = section.querySelector("[data-groups-canvas]");
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const zoom = text.tiles ? point(text.zoom) : [6, 15];
    const groups = readCards();
    const map = L.map(canvas, {
      attributionControl: false,
      fadeAnimation: !calm,
      markerZoomAnimation: !calm,
      maxZoom: zoom[1],
      minZoom: zoom[0],
      scrollWheelZoom: false, // the page scrolls
      zoomAnimation: !calm,
      zoomControl: false,
    });
    L.control.zoom({ position: "bottomright", zoomInTitle: text.textZoomIn, zoomOutTitle: text.textZoomOut }).addTo(map);
    if (text.tiles) {
      L.control.attribution({ position: "bottomleft", prefix: false }).addTo(map);
      L.tileLayer(text.tiles, { attribution: text.attribution, detectRetina: false }).addTo(map);
    }
    const bounds = L.latLngBounds(groups.map((group) => group.at));
    if (text.here) {
      const here = point(text.here);
      bounds.extend(here);
      L.circleMarker(here, { className: "groups-here", color: "#fff", fillColor: "#23201f", fillOpacity: 1, interactive: false, radius: 8, weight: 3 })
        .bindTooltip(text.hereName, { permanent: true, direction: "bottom", offset: [0, 8] })
        .addTo(map);
    }
    map.fitBounds(bounds, { animate: false, maxZoom: 14, padding: [44, 52] });

    let pins = [];

    function popupOf(pin) {
      const list = document.createElement("ul");
      list.className = "groups-popup";
      for (const group of pin.groups) {
        const link = document.createElement("a");
        link.href = group.url;
        link.dir = "auto";
        link.textContent = group.name;
        list.appendChild(document.createElement("li")).appendChild(link);
      }
      return list;
    }

    function mark(pin, isActive) {
      pin.marker.getElement()?.classList.toggle("is-active", isActive);
    }

    function draw() {
      for (const pin of pins) pin.marker.remove();
      pins = [];
      for (const group of groups) {
        const at = map.project(group.at);
        let pin = pins.find((other) => other.at.distanceTo(at) < TOO_CLOSE);
        if (!pin) {
          pin = { at, groups: [] };
          pins.push(pin);
        }
        pin.groups.push(group);
        group.pin = pin;
      }
      for (const pin of pins) {
        const number = pin.groups.length;
        const label = number === 1 ? pin.groups[0].name : text.textSeveral.replace("{n}", number);
        pin.marker = L.marker(pin.groups[0].at, {
          icon: L.divIcon({
            className: "groups-pin",
            html: number === 1 ? PIN.replace("</svg>", DOT) : `${PIN}<span class="groups-pin__count" aria-hidden="true">${number}</span>`,
            iconAnchor: [20, 46],
            iconSize: [40, 48],
            popupAnchor: [0, -40],
          }),
          riseOnHover: true,
        }).addTo(map);
        const element = pin.marker.getElement();
        element.setAttribute("aria-label", label);
        element.dataset.count = number;
        pin.marker.bindPopup(() => popupOf(pin), { autoPanPadding: [8, 8], maxWidth: 240, minWidth: 160 });
        pin.marker.on("mouseover mouseout", (event) => {
          for (const group of pin.groups) group.card.classList.toggle("is-active", event.type === "mouseover");
        });
      }
      if (!text.tiles) nameAfter();
    }

    /** Without a background the pins carry the names of their places, as far as these do not lie over each other. */
    function nameAfter() {
      const taken = pins.map((pin) => ({ x: pin.at.x, y: pin.at.y - 24, width: 36, height: 48 }));
      if (text.here) {
        const here = map.project(point(text.here));
        taken.push({ x: here.x, y: here.y + 12, width: 9 * text.hereName.length, height: 36 });
      }
      for (const pin of pins) {
        const places = [...new Set(pin.groups.map((group) => group.place).filter(Boolean))];
        if (places.length !== 1) continue;
        const box = { x: pin.at.x, y: pin.at.y + 12, width: 8 * places[0].length, height: 20 };
        const overlaps = (other) => Math.abs(other.x - box.x) * 2 < other.width + box.width && Math.abs(other.y - box.y) * 2 < other.height + box.height;
        if (taken.some(overlaps)) continue;
        taken.push(box);
        pin.marker.bindTooltip(places[0], { permanent: true, direction: "bottom" });
      }
    }

    map.on("popupopen", (event) => {
      const popup = event.popup.getElement();
      popup.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", text.textClose);
      if (canvas.contains(document.activeElement)) popup.querySelector("a[href]")?.focus({ preventScroll: true });
    });
    map.on("popupclose", (event) => {
      // Who was inside the popup comes back to the pin that opened it, instead of to the top of the page.
      if (document.activeElement === document.body) event.popup._source?.getElement()?.focus({ preventScroll: true });
    });
    canvas.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
    map.on("zoomend", draw);
    draw();

    for (const group of groups) {
      for (const [name, isActive] of [["mouseenter", true], ["focusin", true], ["mouseleave", false], ["focusout", false]]) {
        group.card.addEventListener(name, () => mark(group.pin, isActive));
      }
    }
    section.dataset.ready = "";
    return map;
  };
})();
