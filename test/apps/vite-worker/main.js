const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => {
  document.querySelector('#translation').textContent = data;
};
worker.postMessage('the dog eats the apple');
