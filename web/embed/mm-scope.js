// <mm-scope view="translate" step="5:fault.raised#1" theme="auto" lang="en">boot ram=512M
// spawn web</mm-scope>
//
// Puts one figure of mmscope into a page: a sandboxed frame of this script's own origin, as
// high as its content. Without this script the element's content stays what it was: a link or
// a picture. `step` is what a link of the page has as `at`, and `v` beside it the version of the
// model that the step is one of; without it the step is looked for by its name in any. Nothing of the page around it is read but the element itself, and nothing but a
// page of http or https is put into it.
const home = new URL("../index.html", import.meta.url);
const passed = ["view", "step", "v", "theme", "lang"];
const refused = {
  en: "mmscope: src takes an http, https or relative address.",
  zh: "mmscope：src 只接受 http、https 或相对地址。",
};

class MmScope extends HTMLElement {
  static observedAttributes = [...passed, "example", "src"];

  #frame = null;
  // Undefined until the element was in a page for the first time.
  #script;
  #listen = (event) => this.#hear(event);

  connectedCallback() {
    const script = this.querySelector("script[type='text/x-mmscope']");
    if (this.#script === undefined) this.#script = script ? script.textContent : this.getAttribute("script");
    addEventListener("message", this.#listen);
    this.#show();
  }

  disconnectedCallback() {
    removeEventListener("message", this.#listen);
  }

  attributeChangedCallback() {
    if (this.#script !== undefined) this.#show();
  }

  // The page that holds the figures: `src`, or the one beside this script; null when `src` is
  // an address that is none of a page (javascript:, data: and their like).
  get #home() {
    if (!this.hasAttribute("src")) return home;
    try {
      const address = new URL(this.getAttribute("src"), document.baseURI);
      return ["http:", "https:"].includes(address.protocol) ? address : null;
    } catch {
      return null;
    }
  }

  #address(page) {
    const address = new URL(page);
    const query = new URLSearchParams({ embed: "1", origin: location.origin });
    for (const name of passed) if (this.hasAttribute(name)) query.set(name, this.getAttribute(name));
    address.search = query;
    if (this.#script) address.hash = "script=" + encodeURIComponent(this.#script.trim() + "\n");
    else if (this.hasAttribute("example")) address.hash = "ex=" + encodeURIComponent(this.getAttribute("example"));
    return address.href;
  }

  #refuse() {
    const text = document.createElement("p");
    text.setAttribute("role", "alert");
    const lang = this.closest("[lang]")?.lang ?? "";
    text.textContent = lang.startsWith("zh") ? refused.zh : refused.en;
    this.#frame = null;
    this.replaceChildren(text);
  }

  #show() {
    const page = this.#home;
    if (!page) return this.#refuse();
    if (!this.#frame) {
      this.#frame = document.createElement("iframe");
      this.#frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups");
      this.#frame.setAttribute("loading", "lazy");
      this.#frame.title = this.getAttribute("title") || "mmscope";
      Object.assign(this.#frame.style, { display: "block", width: "100%", maxWidth: "720px", height: "420px", border: "0" });
      this.replaceChildren(this.#frame);
    }
    this.#frame.src = this.#address(page);
  }

  #hear(event) {
    if (event.origin !== this.#home?.origin || event.source !== this.#frame?.contentWindow) return;
    const height = Number(event.data?.height);
    if (event.data?.mmscope === "height" && height > 0 && height < 10000) this.#frame.style.height = `${Math.ceil(height)}px`;
  }
}

customElements.define("mm-scope", MmScope);
