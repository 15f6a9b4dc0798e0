// The upload of evidence: files are dropped or chosen, go one after the other, and each has its line. Without script the form itself sends them.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("evidence");
  if (!form) return;
  const field = form.querySelector("input[type=file]");
  const list = document.getElementById("results");
  for (const name of ["dragenter", "dragover"]) form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) { field.files = event.dataTransfer.files; form.requestSubmit(); }
  });
  form.addEventListener("submit", async (event) => {
    if (!field.files.length) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    const values = new FormData(form);
    values.delete(field.name);
    list.closest("section").hidden = false;
    const waiting = Array.from(field.files, (file) => ({ file, line: lineOf(file) }));
    field.value = "";
    for (const { file, line } of waiting) await send(file, line, values);
    delete form.dataset.busy;
  });
  const lineOf = (file) => {
    const line = document.createElement("li");
    line.className = "result";
    line.textContent = `等待上传　${file.name}`;
    list.append(line);
    return line;
  };
  const refuse = (line, file, words) => {
    line.className = "result refused";
    line.dataset.outcome = "refused";
    const head = document.createElement("b");
    head.textContent = "未上传";
    line.replaceChildren(head, ` ${file.name}　${words}`);
  };
  const send = (file, line, values) => new Promise((done) => {
    if (file.size > Number(form.dataset.limit)) {
      refuse(line, file, `文件超过${form.dataset.megabytes}MB，请压缩图片或拆分后再上传。`);
      done();
      return;
    }
    const body = new FormData();
    for (const [name, value] of values) body.append(name, value);
    body.append(field.name, file);
    const bar = document.createElement("progress");
    bar.max = 1;
    line.replaceChildren(`正在上传　${file.name} `, bar);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
    request.addEventListener("load", () => {
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      const lines = answer.querySelectorAll("li.result");
      if (request.getResponseHeader("HX-Redirect")) window.location = request.getResponseHeader("HX-Redirect");
      else if (lines.length) line.replaceWith(...lines);
      else refuse(line, file, (answer.querySelector("[role=alert]") || {}).textContent || "没有传上，请稍后重试。");
      done();
    });
    for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => { refuse(line, file, "连接中断，没有传上，请重试。"); done(); });
    request.send(body);
  });
});
