"use strict";
// What is shown is renewed in place; the forms stay as they are, so that no typed word is lost.
(() => {
  const parts = ["state", "conversation", "clocks", "timeline"];
  const pause = 10000;

  const renew = (page) => {
    for (const id of parts) {
      const here = document.getElementById(id);
      const there = page.getElementById(id);
      if (here && there && here.innerHTML !== there.innerHTML) here.replaceWith(document.adoptNode(there));
    }
  };

  const look = async () => {
    try {
      // "again" says that nobody may be looking: it does not count as seen.
      const answer = document.hidden ? null : await fetch(`${location.pathname}?again=1`);
      if (answer?.ok) renew(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* No connection: what is shown stays, and is looked at again. */ }
    setTimeout(look, pause);
  };

  setTimeout(look, pause);
})();
