/* The page editor offers no blocks of modules that are off in this region. It still shows and saves those that a page has. */
(() => {
  const { StreamBlockDefinition } = window.wagtailStreamField.blocks;

  class GuardedStreamBlockDefinition extends StreamBlockDefinition {
    constructor(name, groups, initialStates, meta) {
      // Wagtail makes the table of definitions from all groups; the menu is drawn from the groups later.
      super(name, groups, initialStates, meta);
      const off = new Set(meta.notOffered);
      this.groupedChildBlockDefs = groups
        .map(([label, definitions]) => [label, definitions.filter((definition) => !off.has(definition.name))])
        .filter(([, definitions]) => definitions.length > 0);
    }
  }

  window.telepath.register("zelfregie.GuardedStreamBlock", GuardedStreamBlockDefinition);
})();
