// Before the first paint: the theme that this person chose, else the desk's dark.
(() => {
  const key = 'mlops-theme';
  const root = document.documentElement;
  const set = theme => {
    root.dataset.theme = theme;
    document.dispatchEvent(new CustomEvent('themechange'));
  };
  const stored = (() => { try { return localStorage.getItem(key); } catch { return null; } })();
  if (stored === 'light' || stored === 'dark') set(stored);
  document.addEventListener('click', event => {
    if (!event.target.closest('[data-theme-toggle]')) return;
    const theme = root.dataset.theme === 'light' ? 'dark' : 'light';
    set(theme);
    try { localStorage.setItem(key, theme); } catch { /* Private windows may forbid it: then it lasts as long as the page. */ }
  });
  document.addEventListener('click', event => {
    const button = event.target.closest('[data-copy]');
    if (!button || !navigator.clipboard) return;
    navigator.clipboard.writeText(button.dataset.copy).then(() => {
      button.classList.add('copied');
      setTimeout(() => button.classList.remove('copied'), 1200);
    }, () => button.classList.add('copy-refused'));
  });
})();
