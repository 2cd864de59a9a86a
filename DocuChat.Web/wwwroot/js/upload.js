// Takes dropped and chosen files and sends each by a request of its own, a few at a time, telling the page how far each is.

const atOnce = 3;
const largest = 50 * 1024 * 1024;
let count = 0;

export function attach(zone, page, address) {
  const input = zone.querySelector('input[type=file]');
  const waiting = [];
  let running = 0;

  const next = async () => {
    while (running < atOnce && waiting.length > 0) {
      running++;
      send(waiting.shift()).finally(() => { running--; next(); });
    }
  };
  const take = async files => {
    for (const file of files) {
      const key = `${++count}`;
      await page.invokeMethodAsync('Begin', key, file.name, file.size);
      if (file.size > largest) await page.invokeMethodAsync('End', key, 413, '');
      else waiting.push({ key, file });
    }
    next();
  };
  const send = ({ key, file }) => new Promise(resolve => {
    const request = new XMLHttpRequest();
    let told = 0;
    request.upload.onprogress = event => {
      const now = performance.now();
      if (!event.lengthComputable || now - told < 200) return;
      told = now;
      page.invokeMethodAsync('Progress', key, Math.round(100 * event.loaded / event.total));
    };
    request.onloadend = () => page.invokeMethodAsync('End', key, request.status, request.responseText).finally(resolve);
    const form = new FormData();
    form.append('files', file, file.name);
    request.open('POST', address);
    request.setRequestHeader('RequestVerificationToken', zone.querySelector('[name=__RequestVerificationToken]').value);
    request.send(form);
  });

  zone.querySelector('[data-choose]').addEventListener('click', () => input.click());
  input.addEventListener('change', () => { take([...input.files]); input.value = ''; });

  // The whole page takes a drop, so that a file that misses the field does not replace the page.
  const hasFiles = event => event.dataTransfer?.types.includes('Files');
  const over = on => zone.classList.toggle('upload-over', on);
  const dragover = event => { if (hasFiles(event)) { event.preventDefault(); over(true); } };
  const dragleave = event => { if (!event.relatedTarget) over(false); };
  const drop = event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    over(false);
    take([...event.dataTransfer.files]);
  };
  const listen = (name, handler) => document.addEventListener(name, event => zone.isConnected && handler(event));
  listen('dragover', dragover);
  listen('dragleave', dragleave);
  listen('drop', drop);
}
