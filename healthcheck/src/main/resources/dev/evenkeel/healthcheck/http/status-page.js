'use strict';
// Fetches the page again every two seconds and puts the new one in the old one's place.
(() => {
  const address = location.pathname + '?format=html&status=200';
  const freshness = document.getElementById('freshness');
  let seen = new Date();
  const clock = time => time.toLocaleTimeString([], {hour12: false});
  const say = lost => {
    document.body.classList.toggle('lost', lost);
    freshness.textContent = lost
      ? 'No answer since ' + clock(seen) + ': what you see is old'
      : 'Updates itself every 2 s, last at ' + clock(seen);
  };
  const update = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(address, {cache: 'no-store', signal: AbortSignal.timeout(5000)});
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        document.querySelector('main').replaceWith(page.querySelector('main'));
        document.title = page.title;
        seen = new Date();
        say(false);
      } catch (noAnswer) {
        say(true);
      }
    }
    setTimeout(update, 2000);
  };
  say(false);
  setTimeout(update, 2000);
})();
