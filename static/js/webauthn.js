// Security keys and passkeys. A form [data-webauthn=register|sign-in] with data-options-url and an action;
// the answer of the key is posted as JSON to the action, which returns {"next": url} or {"error": sentence}.
(() => {
  'use strict';

  const toBytes = (text) => {
    const base64 = text.replace(/-/g, '+').replace(/_/g, '/');
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  };
  const toText = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const withBytes = (list) => (list || []).map((entry) => ({ ...entry, id: toBytes(entry.id) }));

  const post = async (url, body) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json', 'Accept': 'application/json',
        'X-CSRFToken': document.querySelector('meta[name=csrf-token]').content,
      },
      body: JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.error || '');
    return answer;
  };

  const register = async (options) => {
    const credential = await navigator.credentials.create({
      publicKey: {
        ...options, challenge: toBytes(options.challenge),
        user: { ...options.user, id: toBytes(options.user.id) },
        excludeCredentials: withBytes(options.excludeCredentials),
      },
    });
    const { response } = credential;
    return {
      id: credential.id, rawId: toText(credential.rawId), type: credential.type,
      response: {
        clientDataJSON: toText(response.clientDataJSON),
        attestationObject: toText(response.attestationObject),
        transports: response.getTransports?.() ?? [],
      },
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  const signIn = async (options) => {
    const credential = await navigator.credentials.get({
      publicKey: {
        ...options, challenge: toBytes(options.challenge),
        allowCredentials: withBytes(options.allowCredentials),
      },
    });
    const { response } = credential;
    return {
      id: credential.id, rawId: toText(credential.rawId), type: credential.type,
      response: {
        clientDataJSON: toText(response.clientDataJSON),
        authenticatorData: toText(response.authenticatorData),
        signature: toText(response.signature),
        userHandle: toText(response.userHandle) || null,
      },
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  document.querySelectorAll('form[data-webauthn]').forEach((form) => {
    const said = form.querySelector('[role=status]');
    const button = form.querySelector('button');
    if (!window.PublicKeyCredential) {
      button.disabled = true;
      if (said) said.textContent = form.dataset.unsupported || '';
      return;
    }
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      button.disabled = true;
      if (said) said.textContent = form.dataset.waiting || '';
      const fields = Object.fromEntries(new FormData(form));
      try {
        const answer = await post(form.dataset.optionsUrl, fields);
        const options = answer.publicKey || answer;
        const credential = await (form.dataset.webauthn === 'register' ? register : signIn)(options);
        const { next } = await post(form.action, { ...fields, credential });
        const url = new URL(next, location.href);
        if (url.origin === location.origin) location.assign(url);
      } catch (problem) {
        // The browser's own messages are in its language, not ours: use the page's sentence instead.
        const own = problem instanceof DOMException ? '' : problem.message;
        if (said) said.textContent = own || form.dataset.failed || '';
        button.disabled = false;
      }
    });
  });
})();
