// Runs when the Rust side has ended. It must not call into wasm again.

export function show_panic(detail) {
  console.error(detail);
  for (const form of document.querySelectorAll("shenbao-form")) {
    const shadow = form.shadowRoot;
    if (!shadow || shadow.querySelector(".panic")) continue;
    const box = document.createElement("div");
    box.className = "panic";
    box.setAttribute("role", "alertdialog");
    const say = (tag, text) => {
      const node = document.createElement(tag);
      node.textContent = text;
      box.appendChild(node);
      return node;
    };
    say("h2", "程序出错，已停止运行 · The program stopped");
    // The bar said whether the draft was kept; what it said last still stands there.
    if (shadow.querySelector(".saving.bad")) {
      say("p", "这份草稿没有保存在本机。页面上的文字还在：请先复制需要的内容，再点“重新打开”。");
      say("p", "This draft was not kept on this computer. Its text is still on the page: copy what you need before you reopen.");
    } else {
      say("p", "已填写的内容保存在本机，最多缺出错前一秒内的输入。请点“重新打开”，在首页点“继续填写”；如再次出错，请先在首页把草稿另存为文件。");
      say("p", "What you filled in is kept on this computer, save perhaps for the last second. Reopen, then go on from the start page; if it happens again, first save the draft as a file there.");
    }
    const again = say("button", "重新打开 · Reopen");
    again.className = "button primary";
    again.addEventListener("click", () => location.reload());
    const more = say("details", "");
    const summary = document.createElement("summary");
    summary.textContent = "技术信息 · Details";
    more.appendChild(summary);
    const pre = document.createElement("pre");
    pre.textContent = detail;
    more.appendChild(pre);
    shadow.appendChild(box);
    again.focus();
  }
}
