// Runs before the page is drawn: sets the theme that was chosen, or the system's.
(() => {
  const name = 'docuchat.theme';
  const chosen = () => document.cookie.match(/(?:^|; )docuchat\.theme=(light|dark)/)?.[1];
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => { document.documentElement.dataset.theme = chosen() ?? (system.matches ? 'dark' : 'light'); };

  apply();
  system.addEventListener('change', apply);
  document.addEventListener('click', event => {
    if (!event.target.closest?.('[data-theme-switch]')) return;
    const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    document.cookie = `${name}=${next}; path=/; max-age=31536000; samesite=lax`;
    apply();
  });
})();
