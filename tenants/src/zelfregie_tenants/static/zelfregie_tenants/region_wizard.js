// What the wizard adds where there is JavaScript; every step works without it.
"use strict";

(function () {
  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  // Step 1: a short name and an address that follow the name, until somebody writes their own.
  const named = document.querySelector("[data-zw-name]");
  if (named) {
    const [name, slug, domain] = ["name", "slug", "domain"].map((key) => named.querySelector(`[name=${key}]`));
    let own = { slug: slug.value !== "", domain: domain.value !== "" };
    const follow = () => {
      if (!own.slug && !slug.disabled) {
        slug.value = fold(name.value).replace(/[^a-z0-9]+/g, "-").replace(/^[-0-9]+|-+$/g, "").slice(0, 40);
      }
      if (!own.domain) domain.value = slug.value ? `${slug.value}.${named.dataset.zwName}` : "";
    };
    name.addEventListener("input", follow);
    slug.addEventListener("input", () => { own.slug = slug.value !== ""; follow(); });
    domain.addEventListener("input", () => { own.domain = domain.value !== ""; });
  }

  // Step 2: only the municipalities whose name has what is typed.
  const filter = document.querySelector("[data-zw-filter]");
  if (filter) {
    const box = filter.querySelector("input");
    const none = filter.querySelector("[data-zw-none]");
    const provinces = [...document.querySelectorAll(".zw-province")];
    const wereOpen = provinces.map((province) => province.open);
    filter.hidden = false;
    box.addEventListener("input", () => {
      const wanted = fold(box.value.trim());
      let found = 0;
      provinces.forEach((province, number) => {
        let here = 0;
        for (const tick of province.querySelectorAll(".zw-tick")) {
          const fits = fold(tick.textContent).includes(wanted);
          tick.hidden = !fits;
          here += fits ? 1 : 0;
        }
        province.hidden = here === 0;
        province.open = wanted ? here > 0 : wereOpen[number] || province.querySelector(":checked") !== null;
        found += here;
      });
      none.textContent = found ? "" : none.dataset.zwNone;
    });
    // The Enter key would save the step half-way.
    box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }

  // Step 4: the preview and the verdict follow the colours.
  const colours = document.querySelector("[data-zw-colours]");
  if (colours) {
    const frame = document.querySelector("[data-zw-preview]");
    const verdict = document.querySelector("[data-zw-verdict]");
    let timer = 0;
    const renew = async () => {
      const chosen = new URLSearchParams();
      for (const input of colours.querySelectorAll("input")) chosen.set(input.name, input.value);
      frame.src = `${frame.dataset.zwPreview}?${chosen}`;
      const answer = await fetch(`${verdict.dataset.zwVerdict}?${chosen}`, { credentials: "same-origin" });
      if (answer.ok) verdict.innerHTML = await answer.text();
    };
    colours.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(renew, 200);
    });
  }

  // The launch: how far it is, until it is done.
  const state = document.querySelector("[data-zw-state][data-zw-busy]");
  if (state) {
    const look = async () => {
      const answer = await fetch(window.location.href, { credentials: "same-origin" });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const now = page.querySelector("[data-zw-state]");
        if (!now || !now.hasAttribute("data-zw-busy") || now.querySelector("form")) {
          window.location.reload();
          return;
        }
        state.querySelector(".zw-stages").replaceWith(now.querySelector(".zw-stages"));
        const said = now.querySelector("[role=status]");
        const saying = state.querySelector("[role=status]");
        if (said.textContent !== saying.textContent) saying.replaceChildren(...said.childNodes);
      }
      window.setTimeout(look, 2000);
    };
    if (!state.querySelector("form")) window.setTimeout(look, 1500);
  }
})();
