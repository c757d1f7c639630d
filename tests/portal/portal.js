// A portal's own script: what is submitted is one file, as from any other control of the form.
const form = document.querySelector('#apply');
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const file = new FormData(form).get('application');
  document.querySelector('#received').value = `${file.name} ${file.size}`;
});
