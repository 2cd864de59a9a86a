// What the chat does in the browser: keeps to the end of a growing answer, tells which citation was clicked, and holds what is typed.

const nearEnd = 80;

export function attachList(scroll, page) {
  let following = true;
  scroll.addEventListener('scroll', () => { following = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < nearEnd; }, { passive: true });
  new ResizeObserver(() => { if (following) scroll.scrollTop = scroll.scrollHeight; }).observe(scroll.firstElementChild);

  scroll.addEventListener('click', event => {
    const cite = event.target.closest('[data-cite]');
    const message = event.target.closest('[data-message]')?.dataset.message;
    if (cite && message) page.invokeMethodAsync('OpenCitation', message, Number(cite.dataset.cite));
    const copy = event.target.closest('[data-copy]');
    if (copy) copyAnswer(copy);
  });
}

export function toEnd(scroll) {
  scroll.scrollTop = scroll.scrollHeight;
}

export function attachInput(form, page) {
  const text = form.querySelector('textarea');
  const draft = 'docuchat.draft';
  const fit = () => {
    text.style.height = 'auto';
    text.style.height = `${Math.min(text.scrollHeight, 220)}px`;
  };
  const send = async () => {
    const question = text.value.trim();
    if (!question || form.dataset.running === 'true') return;
    if (!await page.invokeMethodAsync('Send', question)) return;
    text.value = '';
    sessionStorage.removeItem(draft);
    fit();
  };

  // A draft outlives a lost connection and the reload after it.
  text.value ||= sessionStorage.getItem(draft) ?? '';
  fit();
  text.addEventListener('input', () => { sessionStorage.setItem(draft, text.value); fit(); });
  text.addEventListener('keydown', event => {
    // Enter in the middle of composing a character chooses it; on a touch screen it is a new line.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || matchMedia('(pointer: coarse)').matches) return;
    event.preventDefault();
    send();
  });
  form.addEventListener('submit', event => { event.preventDefault(); send(); });
}

// Where there is a keyboard, one can type at once.
export function focusInput(form) {
  if (!matchMedia('(pointer: coarse)').matches) form.querySelector('textarea').focus({ preventScroll: true });
}

async function copyAnswer(button) {
  const answer = button.closest('[data-message]')?.querySelector('.answer');
  if (!answer) return;
  await writeText(answer.innerText);
  button.dataset.copied = 'true';
  setTimeout(() => delete button.dataset.copied, 1500);
}

// The clipboard's own interface is there on secure addresses only.
async function writeText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
