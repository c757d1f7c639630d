// Keeps what the page's policy refused, and breaks the policy on purpose when a test asks for it: only who has
// seen a violation caught may say that there was none.
window.violations = [];
document.addEventListener('securitypolicyviolation', function (event) {
  window.violations.push(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sourceFile + ':' + event.lineNumber);
});

window.breakPolicy = function () {
  var form = document.querySelector('shenbao-form').shadowRoot;
  // Inside the shadow root, where the form's own faults would be.
  form.lastElementChild.setAttribute('style', 'outline: none');
  new Image().src = 'http://seeded.example/picture.png';
  fetch('http://seeded.example/data').catch(function () {});
  try { document.createElement('div').innerHTML = '<b>x</b>'; } catch (_) { /* It is reported. */ }
};
