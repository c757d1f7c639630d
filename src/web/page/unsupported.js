//! Plain ES5, the first thing the page runs: says in Chinese what is missing where the form cannot start.
//! No user agent is read: what counts is whether the browser has WebAssembly, custom elements and modules.
(function () {
  'use strict';
  function show(reason) {
    var place = function () {
      if (document.getElementById('shenbao-unsupported')) { return; }
      var box = document.createElement('div');
      box.id = 'shenbao-unsupported';
      box.setAttribute('role', 'alert');
      var style = box.style;
      style.maxWidth = '40em';
      style.margin = '3em auto';
      style.padding = '0 1em';
      style.fontFamily = 'sans-serif';
      style.lineHeight = '1.7';
      var lines = [
        ['h1', '本浏览器无法打开填报页面'],
        ['p', reason],
        ['p', '请改用 Chromium 90 及以上内核的浏览器（如新版 Chrome、Edge、360 安全浏览器极速模式、统信或麒麟自带浏览器），或 Firefox 90、Safari 15 及以上版本。双核浏览器请切换到“极速模式”。'],
        ['p', '已保存在本机的草稿不受影响。']
      ];
      for (var i = 0; i < lines.length; i += 1) {
        var line = document.createElement(lines[i][0]);
        line.appendChild(document.createTextNode(lines[i][1]));
        box.appendChild(line);
      }
      document.body.insertBefore(box, document.body.firstChild);
    };
    if (document.body) { place(); } else { document.addEventListener('DOMContentLoaded', place); }
  }
  // begin.js calls this where the module does not compile or is refused.
  window.shenbaoUnsupported = show;
  if (typeof WebAssembly !== 'object' || typeof WebAssembly.instantiate !== 'function') {
    show('缺少 WebAssembly 功能，或该功能已被管理员关闭。');
  } else if (!window.customElements || !('noModule' in document.createElement('script'))) {
    show('浏览器版本过旧，缺少所需的网页组件功能。');
  }
}());
