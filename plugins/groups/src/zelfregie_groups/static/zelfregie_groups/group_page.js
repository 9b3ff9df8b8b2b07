/* Sharing with the phone's own menu, where there is one. The page works without this file. */
(() => {
  if (!navigator.share) {
    return;
  }
  for (const button of document.querySelectorAll("[data-groups-share]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      // Closing the menu without sharing is no error.
      navigator.share({ title: document.title, url: button.dataset.groupsShare }).catch(() => {});
    });
  }
})();
