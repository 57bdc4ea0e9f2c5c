'use strict';
/* What the console's pages do in the browser beyond Faces: filters, questions before an action, the live log. */
(function () {
  // A choice in a filter is a new list.
  document.addEventListener('change', function (event) {
    if (event.target.dataset && event.target.dataset.submit === 'change') {
      event.target.form.submit();
    }
  });

  // Rows that do not contain what is looked for are hidden; Ajax replaces rows, so it is done again then.
  function filterRows() {
    var box = document.querySelector('input[data-filters]');
    var table = box && document.getElementById(box.dataset.filters);
    if (!table) {
      return;
    }
    var wanted = box.value.trim().toLowerCase();
    table.querySelectorAll('tbody tr').forEach(function (row) {
      row.hidden = wanted !== '' && row.textContent.toLowerCase().indexOf(wanted) < 0;
    });
  }
  document.addEventListener('input', function (event) {
    if (event.target.dataset && event.target.dataset.filters) {
      filterRows();
    }
  });
  var box = document.querySelector('input[data-filters]');
  if (box) {
    box.form.addEventListener('submit', function (event) {
      event.preventDefault();
    });
    new MutationObserver(filterRows).observe(document.getElementById('content'), { childList: true, subtree: true });
  }

  // An action that cannot be taken back asks first. Capturing: before Faces' own handlers.
  document.addEventListener('click', function (event) {
    var button = event.target.closest && event.target.closest('[data-confirm]');
    if (button && !window.confirm(button.dataset.confirm)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  // ===== The live log =====
  var MOST_CHARACTERS = 2000000;
  var view = document.getElementById('log');
  if (!view) {
    return;
  }
  var state = document.getElementById('log-state');
  var running = null;

  function open() {
    if (running) {
      running.abort();
    }
    var own = running = new AbortController();
    var follow = document.getElementById('log-follow').checked;
    var query = new URLSearchParams({
      namespace: view.dataset.namespace,
      pod: view.dataset.pod,
      container: document.getElementById('log-container').value,
      follow: follow,
      previous: document.getElementById('log-previous').checked
    });
    view.textContent = '';
    state.textContent = '';
    fetch('console/log?' + query, { signal: own.signal, credentials: 'same-origin', cache: 'no-store' })
      .then(function (answer) {
        if (answer.status === 401) {
          window.location.reload();
          return null;
        }
        if (!answer.ok) {
          return answer.text().then(function (text) {
            state.textContent = text;
          });
        }
        return read(answer.body.getReader(), new TextDecoder(), own, follow);
      })
      .catch(function (failure) {
        if (failure.name !== 'AbortError') {
          state.textContent = view.dataset.lost;
        }
      });
  }

  function read(reader, decoder, own, follow) {
    return reader.read().then(function (part) {
      if (own.signal.aborted) {
        return null;
      }
      if (part.done) {
        state.textContent = view.firstChild ? (follow ? view.dataset.ended : '') : view.dataset.empty;
        return null;
      }
      append(decoder.decode(part.value, { stream: true }));
      return read(reader, decoder, own, follow);
    });
  }

  function append(text) {
    // Who has scrolled up to read is left where they are.
    var atEnd = view.scrollHeight - view.scrollTop - view.clientHeight < 40;
    view.appendChild(document.createTextNode(text));
    while (view.textContent.length > MOST_CHARACTERS && view.firstChild !== view.lastChild) {
      view.removeChild(view.firstChild);
    }
    if (atEnd) {
      view.scrollTop = view.scrollHeight;
    }
  }

  ['log-container', 'log-follow', 'log-previous'].forEach(function (id) {
    document.getElementById(id).addEventListener('change', open);
  });
  document.getElementById('log-wrap').addEventListener('change', function (event) {
    view.classList.toggle('wrap', event.target.checked);
  });
  window.addEventListener('pagehide', function () {
    if (running) {
      running.abort();
    }
  });
  open();
})();
