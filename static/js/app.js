// The behaviour of every page. Each part looks for its data attribute and does nothing without it.
(() => {
  'use strict';

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const say = (text) => {
    const toast = document.createElement('p');
    toast.className = 'toast';
    toast.textContent = text;
    one('#toasts').append(toast);
    setTimeout(() => toast.remove(), 4000);
  };
  const words = document.body.dataset;

  // Theme: the server draws data-theme from the cookie, so a page never flashes.
  const showTheme = (button) => {
    const dark = document.documentElement.dataset.theme === 'dark';
    button.setAttribute('aria-pressed', String(dark));
  };
  all('[data-theme-toggle]').forEach((button) => {
    button.hidden = false;
    showTheme(button);
    button.addEventListener('click', () => {
      const root = document.documentElement;
      root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
      const secure = location.protocol === 'https:' ? '; secure' : '';
      document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax${secure}`;
      showTheme(button);
      document.dispatchEvent(new CustomEvent('themechange'));
    });
  });

  // Clicks: dialogs, copying, dismissing, ticking a whole column.
  document.addEventListener('click', (event) => {
    const target = event.target.closest('[data-open], [data-close], [data-copy], [data-dismiss]');
    all('details.menu[open]').forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    if (!target) return;
    if (target.dataset.open) {
      const dialog = document.getElementById(target.dataset.open);
      if (dialog && !dialog.open) dialog.showModal();
    } else if ('close' in target.dataset) {
      target.closest('dialog')?.close();
    } else if ('dismiss' in target.dataset) {
      target.closest('.note')?.remove();
    } else {
      const source = document.getElementById(target.dataset.copy);
      const text = source ? source.value ?? source.textContent.trim() : target.dataset.copy;
      navigator.clipboard?.writeText(text).then(() => say(words.copied), () => say(words.notCopied));
    }
  });
  const countTicked = () => {
    const ticked = all('.grid tbody .ck:checked').length;
    all('[data-ticked]').forEach((element) => { element.textContent = ticked; });
    all('[data-bulk]').forEach((bar) => { bar.hidden = ticked === 0; });
  };
  document.addEventListener('change', (event) => {
    const box = event.target;
    if (box.matches('[data-autosubmit]')) box.form.requestSubmit();
    if (box.matches('[data-tick-all]')) {
      all('tbody .ck', box.closest('table')).forEach((tick) => {
        tick.checked = box.checked;
        tick.closest('tr').classList.toggle('on', tick.checked);
      });
    } else if (box.matches('.grid .ck')) {
      box.closest('tr').classList.toggle('on', box.checked);
    }
    if (box.matches('.ck')) countTicked();
  });
  all('[data-autosubmit-fallback]').forEach((button) => { button.hidden = true; });

  // Keys: never taken from somebody who is typing, nor from a Chinese input method.
  const step = (by) => {
    const rows = all('.grid tbody tr[tabindex]');
    const at = rows.indexOf(document.activeElement?.closest('tr'));
    rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
  };
  document.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      one('[data-palette-open]')?.click();
      return;
    }
    if (event.key === 'Escape') {
      all('details.menu[open]').forEach((menu) => { menu.open = false; one('summary', menu).focus(); });
    }
    const typing = event.target.closest('input:not(.ck), select, textarea, dialog, [data-chart]');
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '/') {
      const filter = one('[data-filter]');
      if (filter) { event.preventDefault(); filter.focus(); filter.select(); }
    } else if (event.key === 'j' || event.key === 'k') {
      step(event.key === 'j' ? 1 : -1);
    } else if (event.key === 'x') {
      const row = document.activeElement?.closest('.grid tbody tr');
      if (row) one('.ck', row)?.click();
    } else if (event.key === 'Enter' && event.target.matches('.grid tbody tr')) {
      one('a', event.target)?.click();
    }
  });

  // A form is sent once. Coming back with the browser's button makes it usable again.
  const release = () => all('[data-sent]').forEach((button) => {
    button.disabled = false;
    delete button.dataset.sent;
  });
  let changed = false;
  document.addEventListener('submit', (event) => {
    changed = false;
    if (event.defaultPrevented || event.target.method === 'dialog') return;
    if (event.target.target || event.target.method === 'get' || 'download' in event.target.dataset) return;
    const buttons = all('button:not([type=button])', event.target);
    // After this turn, so that the pressed button's own name and value are still sent.
    setTimeout(() => buttons.forEach((button) => {
      button.dataset.sent = '';
      button.disabled = true;
    }));
  });
  addEventListener('pageshow', release);
  document.addEventListener('htmx:finally:request', release);
  document.addEventListener('input', (event) => {
    if (event.target.closest('form[data-guard]')) changed = true;
  });
  addEventListener('beforeunload', (event) => { if (changed) event.preventDefault(); });

  // Every htmx request carries the token that the forms carry.
  document.addEventListener('htmx:config:request', (event) => {
    const token = one('meta[name=csrf-token]')?.content;
    const request = event.detail?.ctx?.request;
    if (token && request && request.method !== 'GET') request.headers['X-CSRFToken'] = token;
  });

  document.addEventListener('htmx:response:error', (event) => {
    const { status } = event.detail.ctx.response;
    if (status === 401) location.reload();
    else if (status !== 422) say(words.failed);
  });
  document.addEventListener('htmx:error', () => say(words.failed));

  // Countdowns state the time left in words the server supplies; the time itself stays in datetime.
  const unit = (value, name) => new Intl.NumberFormat(document.documentElement.lang, {
    style: 'unit', unit: name, unitDisplay: 'short',
  }).format(value);
  const countDown = () => all('time[data-countdown]').forEach((element) => {
    const left = Math.floor((Date.parse(element.dateTime) - Date.now()) / 1000);
    if (left <= 0) {
      element.textContent = element.dataset.over || unit(0, 'second');
      if ('reload' in element.dataset) { delete element.dataset.reload; location.reload(); }
      return;
    }
    const [days, hours] = [Math.floor(left / 86400), Math.floor(left / 3600) % 24];
    const [minutes, seconds] = [Math.floor(left / 60) % 60, left % 60];
    element.textContent = days ? `${unit(days, 'day')} ${unit(hours, 'hour')}`
      : hours ? `${unit(hours, 'hour')} ${unit(minutes, 'minute')}`
        : `${unit(minutes, 'minute')} ${unit(seconds, 'second')}`;
  });
  if (one('time[data-countdown]')) { countDown(); setInterval(countDown, 1000); }

  // Polling: the fragment replaces itself until the server sends one that no longer asks.
  const poll = (element) => setTimeout(async () => {
    if (!element.isConnected) return;
    if (document.hidden) { poll(element); return; }
    try {
      const response = await fetch(element.dataset.poll, { headers: { 'X-Requested-With': 'fetch' } });
      if (!response.ok || response.redirected) throw new Error(response.status);
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      const next = element.id ? page.getElementById(element.id) : page.body.firstElementChild;
      if (!next) { location.reload(); return; } // the job is over and the page shows what came of it
      const fresh = document.importNode(next, true);
      element.replaceWith(fresh);
      if (fresh.dataset.next) location.assign(fresh.dataset.next);
      else if (fresh.dataset.poll) poll(fresh);
    } catch {
      const failures = Number(element.dataset.failures || 0) + 1;
      element.dataset.failures = failures;
      if (failures < 20) poll(element);
    }
  }, Math.max(1, Number(element.dataset.interval) || 2) * 1000 * (1 + Number(element.dataset.failures || 0)));
  all('[data-poll]').forEach(poll);

  // Pasting a block copied from a spreadsheet fills the inputs from the focused one, right and down.
  all('[data-paste-grid]').forEach((table) => table.addEventListener('paste', (event) => {
    const start = event.target.closest('input');
    const text = event.clipboardData.getData('text/plain').replace(/\r?\n$/, '');
    if (!start || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const rows = all('tr', table).map((row) => all('input:not([type=hidden], .ck)', row)).filter((row) => row.length);
    const top = rows.findIndex((row) => row.includes(start));
    const left = rows[top].indexOf(start);
    let filled = 0;
    text.split(/\r?\n/).forEach((line, down) => line.split('\t').forEach((cell, across) => {
      const input = rows[top + down]?.[left + across];
      if (!input || input.readOnly || input.disabled) return;
      input.value = cell.trim();
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(new Event('change', { bubbles: true }));
      filled += 1;
    }));
    say(words.pasted.replace('%', filled));
  }));

  // After a refused form the summary is read first.
  one('.errsum')?.focus();
})();
