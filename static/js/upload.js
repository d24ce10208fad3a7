// Upload with a progress bar: <form data-upload> holding a file input, a <progress hidden> and a role=status.
// Without this script the form is an ordinary one. With it the request says X-Requested-With: upload and the server
// may answer {"next": url} (best: a redirect followed here would use up the flash message) or with a page.
(() => {
  'use strict';

  const nextOf = (request) => {
    if (!(request.getResponseHeader('Content-Type') || '').startsWith('application/json')) return null;
    const { next } = JSON.parse(request.responseText);
    const url = next && new URL(next, location.href);
    return url && url.origin === location.origin ? url : null;
  };

  document.querySelectorAll('form[data-upload]').forEach((form) => {
    const bar = form.querySelector('progress');
    const said = form.querySelector('[role=status]');
    const buttons = [...form.querySelectorAll('button')];
    const cancel = form.querySelector('[data-cancel]');
    let request;

    const ready = (sentence) => {
      buttons.forEach((button) => { button.disabled = false; });
      if (cancel) cancel.hidden = true;
      bar.hidden = true;
      said.textContent = sentence || '';
    };

    cancel?.addEventListener('click', () => request?.abort());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const body = new FormData(form);
      const limit = Number(form.dataset.maxBytes || 0);
      const size = [...body.values()].reduce((sum, value) => sum + (value.size || 0), 0);
      if (limit && size > limit) { ready(form.dataset.tooLarge); return; }

      request = new XMLHttpRequest();
      request.open('POST', form.action);
      request.setRequestHeader('X-CSRFToken', document.querySelector('meta[name=csrf-token]').content);
      request.setRequestHeader('X-Requested-With', 'upload');
      request.upload.addEventListener('progress', (progress) => {
        if (!progress.lengthComputable) return;
        bar.max = progress.total;
        bar.value = progress.loaded;
        said.textContent = `${Math.floor(progress.loaded / progress.total * 100)}%`;
      });
      request.upload.addEventListener('load', () => { said.textContent = form.dataset.checking || ''; });
      request.addEventListener('error', () => ready(form.dataset.failed));
      request.addEventListener('abort', () => ready(form.dataset.cancelled));
      request.addEventListener('load', () => {
        const next = nextOf(request);
        if (next) { location.assign(next); return; }
        const here = new URL(request.responseURL || form.action, location.href);
        const asked = new URL(form.action, location.href);
        if (request.status < 400 && here.href !== asked.href) { location.assign(here); return; }
        // Refused: show the page that says why.
        const page = new DOMParser().parseFromString(request.responseText, 'text/html');
        const main = page.querySelector('main');
        if (main) {
          document.querySelector('main').replaceWith(document.importNode(main, true));
          document.querySelector('.errsum')?.focus();
        } else ready(form.dataset.failed);
      });

      buttons.forEach((button) => { button.disabled = true; });
      if (cancel) { cancel.hidden = false; cancel.disabled = false; }
      bar.hidden = false;
      bar.removeAttribute('value');
      request.send(body);
    });
  });
})();
