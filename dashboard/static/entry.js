// 快速录入: screenshots pasted or dropped go into the form's own file field; what was recognised is said. Works without, too.
"use strict";

(() => {
  const form = document.getElementById("entry");
  const text = form.elements.text;
  const field = form.elements.pictures;
  const thumbs = document.getElementById("thumbs");
  const recognised = document.getElementById("recognised");
  const TYPES = ["image/png", "image/jpeg", "image/webp"];
  let kept = new DataTransfer();

  function add(files) {
    for (const file of files) {
      if (!TYPES.includes(file.type) || kept.files.length >= 8) continue;
      const plain = /^image\.\w+$/.test(file.name) && kept.files.length;
      kept.items.add(plain ? new File([file], `截图${kept.files.length + 1}.${file.type.slice(6)}`, { type: file.type }) : file);
    }
    show();
  }

  function remove(index) {
    kept.items.remove(index);
    show();
  }

  // The policy lets no page show a picture that is not on the server: it is drawn instead.
  async function draw(canvas, file) {
    try {
      const image = await createImageBitmap(file);
      const scale = Math.min(1, 240 / image.width, 160 / image.height);
      canvas.width = Math.max(1, Math.round(image.width * scale));
      canvas.height = Math.max(1, Math.round(image.height * scale));
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    } catch {
      canvas.remove();
    }
  }

  function thumb(file, index) {
    const item = document.createElement("li");
    const canvas = document.createElement("canvas");
    const words = document.createElement("span");
    const button = document.createElement("button");
    words.textContent = `${file.name} · ${Math.max(1, Math.round(file.size / 1024))} KB`;
    button.type = "button";
    button.className = "plain";
    button.textContent = "去掉";
    button.addEventListener("click", () => remove(index));
    item.append(canvas, words, button);
    draw(canvas, file);
    return item;
  }

  function show() {
    field.files = kept.files;
    thumbs.replaceChildren(...[...kept.files].map(thumb));
    thumbs.hidden = !kept.files.length;
    check();
  }

  function recognise() {
    const link = text.value.match(/https?:\/\/[^\s<>"'“”‘’，。；：、！？（）《》【】「」]+/i);
    let host = "";
    try {
      host = link ? new URL(link[0]).host : "";
    } catch {
      host = "";
    }
    recognised.hidden = !host;
    recognised.textContent = host ? `识别为链接（${host}）：登记后自动抓取正文并留存证据。` : "";
  }

  form.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    add(files);
  });
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
  field.addEventListener("change", () => {
    const chosen = [...field.files];
    kept = new DataTransfer();
    add(chosen);
  });
  // What the server would refuse is said before the pictures are sent: a form that comes back has lost them.
  function check() {
    const silent = kept.files.length && !text.value.trim() && !form.elements.title.value.trim();
    text.setCustomValidity(silent ? "请写一句话，说明截图里是何地何事" : "");
  }

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(form.querySelector("[data-submit]"));
  });
  for (const one of [text, form.elements.title]) one.addEventListener("input", check);
  text.addEventListener("input", recognise);
  recognise();
})();
