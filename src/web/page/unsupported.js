//! Plain ES5, the first thing the page runs: says in Chinese what is missing where the form cannot start, and gives
//! the blank tables to print instead.
//! No user agent is read: what counts is whether the browser has WebAssembly, custom elements and modules.
(function () {
  'use strict';
  // The build puts file and title of each table here.
  var tables = typeof BLANK_TABLES === 'undefined' ? [] : BLANK_TABLES;
  // The tables lie beside this script, which runs now as the last one of the page.
  var scripts = document.getElementsByTagName('script');
  var beside = scripts[scripts.length - 1].src.replace(/[^\/]*$/, '');

  function add(parent, tag, text) {
    var it = document.createElement(tag);
    it.appendChild(document.createTextNode(text));
    parent.appendChild(it);
    return it;
  }

  // A page that is one file carries the tables in itself, and becomes one.
  function carried(name) {
    for (var i = 0; i < scripts.length; i += 1) {
      if (scripts[i].getAttribute('data-shenbao-asset') === name) { return scripts[i].text; }
    }
    return null;
  }

  function link(list, file, title) {
    var it = add(add(list, 'li', ''), 'a', title);
    it.href = beside + file;
    var text = carried(file);
    if (text !== null) {
      it.href = '#';
      it.onclick = function () {
        document.open();
        document.write(text);
        document.close();
        return false;
      };
    }
  }

  function show(reason, detail) {
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
      add(box, 'h1', '本浏览器无法打开填报页面');
      add(box, 'p', reason);
      add(box, 'p', '请改用 Chromium 90 及以上内核的浏览器（如新版 Chrome、Edge、360 安全浏览器极速模式、统信或麒麟自带浏览器），或 Firefox 90、Safari 15 及以上版本。双核浏览器请切换到“极速模式”。');
      add(box, 'p', '已保存在本机的草稿不受影响。');
      if (tables.length) {
        add(box, 'p', '也可以打印空白表，手工填写：');
        var list = box.appendChild(document.createElement('ul'));
        for (var i = 0; i < tables.length; i += 1) { link(list, tables[i][0], tables[i][1]); }
      }
      if (detail) {
        var small = add(box, 'p', '技术信息（请告知网站管理人员）：' + detail);
        small.style.color = '#555';
        small.style.fontSize = '13px';
      }
      // Where the form would stand.
      var form = document.getElementsByTagName('shenbao-form')[0];
      if (form && form.parentNode) {
        form.parentNode.insertBefore(box, form);
      } else {
        document.body.insertBefore(box, document.body.firstChild);
      }
    };
    if (document.body) {
      place();
    } else if (document.addEventListener) {
      document.addEventListener('DOMContentLoaded', place);
    } else {
      window.attachEvent('onload', place);
    }
  }
  // begin.js calls this where the module does not compile or is refused.
  window.shenbaoUnsupported = show;
  if (typeof WebAssembly !== 'object' || typeof WebAssembly.instantiate !== 'function') {
    show('缺少 WebAssembly 功能，或该功能已被管理员关闭。');
  } else if (!window.customElements || !('noModule' in document.createElement('script'))) {
    show('浏览器版本过旧，缺少所需的网页组件功能。');
  }
}());
