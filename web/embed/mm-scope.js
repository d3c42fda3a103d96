// <mm-scope view="translate" step="5.71" theme="auto" lang="en">boot ram=512M
// spawn web</mm-scope>
//
// Puts one figure of mmscope into a page: a sandboxed frame of this script's own origin, as
// high as its content. Without this script the element's content stays what it was: a link or
// a picture. Nothing of the page around it is read but the element itself.
const home = new URL("../index.html", import.meta.url);
const passed = ["view", "step", "theme", "lang"];

class MmScope extends HTMLElement {
  static observedAttributes = [...passed, "example", "src"];

  #frame = null;
  #script = null;
  #listen = (event) => this.#hear(event);

  connectedCallback() {
    const script = this.querySelector("script[type='text/x-mmscope']");
    this.#script ??= script ? script.textContent : this.getAttribute("script");
    addEventListener("message", this.#listen);
    this.#show();
  }

  disconnectedCallback() {
    removeEventListener("message", this.#listen);
  }

  attributeChangedCallback() {
    if (this.#frame) this.#show();
  }

  // The page that holds the figures: `src`, or the one beside this script.
  get #home() {
    return this.hasAttribute("src") ? new URL(this.getAttribute("src"), document.baseURI) : home;
  }

  #address() {
    const address = new URL(this.#home);
    const query = new URLSearchParams({ embed: "1", origin: location.origin });
    for (const name of passed) if (this.hasAttribute(name)) query.set(name, this.getAttribute(name));
    address.search = query;
    if (this.#script) address.hash = "script=" + encodeURIComponent(this.#script.trim() + "\n");
    else if (this.hasAttribute("example")) address.hash = "ex=" + encodeURIComponent(this.getAttribute("example"));
    return address.href;
  }

  #show() {
    if (!this.#frame) {
      this.#frame = document.createElement("iframe");
      this.#frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups");
      this.#frame.setAttribute("loading", "lazy");
      this.#frame.title = this.getAttribute("title") || "mmscope";
      Object.assign(this.#frame.style, { display: "block", width: "100%", maxWidth: "720px", height: "420px", border: "0" });
      this.replaceChildren(this.#frame);
    }
    this.#frame.src = this.#address();
  }

  #hear(event) {
    if (event.origin !== this.#home.origin || event.source !== this.#frame?.contentWindow) return;
    const height = Number(event.data?.height);
    if (event.data?.mmscope === "height" && height > 0 && height < 10000) this.#frame.style.height = `${Math.ceil(height)}px`;
  }
}

customElements.define("mm-scope", MmScope);
