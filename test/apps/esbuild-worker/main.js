const worker = new Worker('dist/worker.js', { type: 'module' });
worker.onmessage = ({ data }) => {
  document.querySelector('#translation').textContent = data;
};
worker.postMessage('the dog eats the apple');
