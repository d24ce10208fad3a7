// Ctrl-K: jump to a page or a record. Asks the server when it has an address to ask, else lists the rail.
(() => {
  'use strict';

  const dialog = document.getElementById('palette');
  if (!dialog) return;
  const input = dialog.querySelector('input');
  const list = dialog.querySelector('ul');
  const none = dialog.querySelector('.none');
  const pages = [...document.querySelectorAll('.rail .nav')].map((link) => ({
    label: link.querySelector('.label').textContent, url: link.getAttribute('href'),
  }));
  let at = -1;
  let asked = 0;

  const choose = (index) => {
    const options = [...list.children];
    at = options.length ? (index + options.length) % options.length : -1;
    options.forEach((option, i) => option.setAttribute('aria-selected', String(i === at)));
    if (at < 0) input.removeAttribute('aria-activedescendant');
    else {
      input.setAttribute('aria-activedescendant', options[at].id);
      options[at].scrollIntoView({ block: 'nearest' });
    }
  };

  const show = (items) => {
    list.replaceChildren(...items.map((item, index) => {
      const option = document.createElement('li');
      option.id = `palette-${index}`;
      option.setAttribute('role', 'option');
      option.dataset.url = item.url;
      option.append(item.label);
      if (item.hint) {
        const hint = document.createElement('span');
        hint.textContent = item.hint;
        option.append(hint);
      }
      return option;
    }));
    none.hidden = items.length > 0;
    choose(0);
  };

  const search = async () => {
    const text = input.value.trim();
    const mine = asked += 1;
    const known = pages.filter((page) => page.label.toLowerCase().includes(text.toLowerCase()));
    show(known);
    if (!dialog.dataset.url || !text) return;
    await new Promise((resolve) => { setTimeout(resolve, 150); });
    if (mine !== asked) return;
    try {
      const response = await fetch(`${dialog.dataset.url}?q=${encodeURIComponent(text)}`);
      const { items } = await response.json();
      if (mine === asked) show([...items, ...known.filter((page) => !items.some((item) => item.url === page.url))]);
    } catch { /* the pages stay listed */ }
  };

  // Only addresses of this site are followed.
  const go = (option) => {
    const url = option && new URL(option.dataset.url, location.href);
    if (url && url.origin === location.origin) location.assign(url);
  };

  document.querySelectorAll('[data-palette-open]').forEach((button) => button.addEventListener('click', () => {
    if (dialog.open) return;
    input.value = '';
    show(pages);
    dialog.showModal();
  }));
  input.addEventListener('input', (event) => { if (!event.isComposing) search(); });
  input.addEventListener('compositionend', search);
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') choose(at + 1);
    else if (event.key === 'ArrowUp') choose(at - 1);
    else if (event.key === 'Enter') go(list.children[at]);
    else return;
    event.preventDefault();
  });
  list.addEventListener('click', (event) => go(event.target.closest('li')));
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
})();
