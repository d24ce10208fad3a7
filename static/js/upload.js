// Resumable upload: <form data-upload="tus endpoint"> with a file input, a <progress hidden>, figures, a role=status and
// buttons to pause, continue and cancel. Without this script, or without tus, the form is an ordinary one. When every
// byte has arrived the form is sent with the upload's code in place of the file; the server answers {"next": url} (a
// redirect followed here would use up the flash message) or with a page that says what is wrong.
(() => {
  'use strict';

  const tus = window.tus;
  if (!tus?.isSupported) return;

  const CHUNK = 8 * 1024 * 1024; // what any proxy lets through
  const DELAYS = [0, 1000, 3000, 5000, 10000, 20000];
  const DAY = 24 * 60 * 60 * 1000;
  const PREFIX = 'upload:';

  // Where an upload goes on after a reload is kept under a digest of file and owner: no name, nothing to read.
  const storage = {
    findAllUploads: async () => [],
    findUploadsByFingerprint: async (print) => {
      const [url] = print && JSON.parse(localStorage.getItem(print) || '[]') || [];
      return url ? [{ uploadUrl: url, urlStorageKey: print, size: null, metadata: {}, creationTime: '' }] : [];
    },
    addUpload: async (print, upload) => {
      localStorage.setItem(print, JSON.stringify([upload.uploadUrl, Date.now()]));
      return print;
    },
    removeUpload: async (print) => localStorage.removeItem(print),
  };
  const tidy = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => {
    if (Date.now() - JSON.parse(localStorage.getItem(key))[1] > DAY) localStorage.removeItem(key);
  });
  const fingerprint = (owner) => async (file) => {
    if (!crypto.subtle || !tus.canStoreURLs) return null;
    const said = new TextEncoder().encode([owner, file.name, file.size, file.lastModified].join('\n'));
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', said));
    return PREFIX + [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  };

  const token = document.querySelector('meta[name=csrf-token]'); // renewed by every answer of an upload
  const amount = (bytes) => new Intl.NumberFormat(document.documentElement.lang, {
    style: 'unit', unit: 'megabyte', maximumFractionDigits: 1,
  }).format(bytes / 1048576);

  const wire = (form) => {
    const words = form.dataset;
    const find = (selector) => form.querySelector(selector);
    const [file, bar, figures, said] = ['[type=file]', 'progress', '[data-figures]', '[role=status]'].map(find);
    const [send, pause, go, cancel] = ['[type=submit]', '[data-pause]', '[data-continue]', '[data-cancel]'].map(find);
    let upload;

    const show = (sentence, ...buttons) => {
      const lost = !buttons.some((button) => button === document.activeElement);
      const held = [send, pause, go, cancel].includes(document.activeElement);
      [send, pause, go, cancel].forEach((button) => { button.hidden = !buttons.includes(button); });
      if (held && lost) buttons[0]?.focus();
      file.disabled = !buttons.includes(send);
      said.textContent = sentence || '';
    };
    const ready = (sentence) => {
      bar.hidden = true;
      figures.textContent = '';
      show(sentence, send);
    };
    const proceed = () => {
      removeEventListener('online', proceed);
      show('', pause, cancel);
      upload.start();
    };
    const interrupted = (sentence) => {
      addEventListener('online', proceed);
      show(sentence, go, cancel);
    };
    const progress = (sent, total) => {
      const percent = total ? Math.floor(sent / total * 100) : 100;
      bar.max = total || 1;
      bar.value = sent;
      figures.textContent = words.soFar.replace('{sent}', amount(sent)).replace('{total}', amount(total))
        .replace('{percent}', percent);
      if (said.textContent === words.again) said.textContent = '';
    };

    const failed = async (error) => {
      const answer = error.originalResponse;
      if (!answer || answer.getStatus() >= 500) { interrupted(words.interrupted); return; }
      if (answer.getStatus() === 401) { interrupted(words.signedOut); return; }
      const plain = (answer.getHeader('Content-Type') || '').startsWith('text/plain');
      ready(plain ? answer.getBody() : words.failed);
    };
    const retry = (error) => {
      const status = error.originalResponse?.getStatus() || 0;
      const again = navigator.onLine && (!status || status === 409 || status >= 500);
      if (again) said.textContent = words.again;
      return again;
    };
    const forget = async () => {
      for (const one of await upload.findPreviousUploads()) await storage.removeUpload(one.urlStorageKey);
    };
    const refused = (html) => {
      const main = new DOMParser().parseFromString(html, 'text/html').querySelector('main');
      if (!main) { ready(words.failed); return; }
      document.querySelector('main').replaceWith(document.importNode(main, true));
      document.querySelectorAll('main form[data-upload]').forEach(wire);
      document.querySelector('.errsum')?.focus();
    };
    const finish = async () => {
      show(words.checking);
      const body = new FormData(form);
      ['file', 'csrf_token'].forEach((name) => body.delete(name));
      body.set('upload', upload.url.split('/').pop());
      const headers = { 'X-CSRFToken': token.content, 'X-Requested-With': 'upload' };
      let answer;
      try {
        answer = await fetch(form.action, { method: 'POST', body, headers });
      } catch {
        interrupted(words.interrupted);
        return;
      }
      if (answer.status >= 500) { interrupted(words.interrupted); return; }
      if (answer.status === 401) { interrupted(words.signedOut); return; }
      await forget();
      const json = (answer.headers.get('Content-Type') || '').startsWith('application/json');
      if (json) location.assign((await answer.json()).next);
      else refused(await answer.text());
    };

    form.addEventListener('submit', async (event) => {
      const chosen = file.files[0];
      if (!chosen) return;
      event.preventDefault();
      if (chosen.size > Number(words.maxBytes)) { ready(words.tooLarge); return; }
      upload = new tus.Upload(chosen, {
        endpoint: words.upload,
        chunkSize: CHUNK,
        retryDelays: DELAYS,
        metadata: { filename: chosen.name },
        fingerprint: fingerprint(words.owner),
        urlStorage: storage,
        onBeforeRequest: (request) => request.setHeader('X-CSRFToken', token.content),
        onAfterResponse: (_request, response) => { token.content = response.getHeader('X-CSRFToken') || token.content; },
        onShouldRetry: retry,
        onProgress: progress,
        onSuccess: finish,
        onError: failed,
      });
      bar.hidden = false;
      bar.removeAttribute('value');
      show('', pause, cancel);
      const [earlier] = await upload.findPreviousUploads();
      if (earlier) upload.resumeFromPreviousUpload(earlier);
      upload.start();
    });
    pause.addEventListener('click', () => {
      upload.abort();
      show(words.paused, go, cancel);
    });
    go.addEventListener('click', proceed);
    cancel.addEventListener('click', async () => {
      removeEventListener('online', proceed);
      ready(words.cancelled);
      try {
        await upload.abort(true);
      } catch { /* it expires by itself */ }
      await forget();
    });
  };

  if (tus.canStoreURLs) tidy();
  document.querySelectorAll('form[data-upload]').forEach(wire);
})();
