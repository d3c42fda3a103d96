//! Small doors to the browser. Where it may refuse (storage, clipboard), refusal is an answer.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Document, Element, HtmlAnchorElement, HtmlElement, Url, Window};

/// Returns the window.
///
/// # Panics
/// Outside a browser's page.
pub(crate) fn window() -> Window {
    web_sys::window().expect("the page runs in a window")
}

/// Returns the document.
///
/// # Panics
/// Outside a browser's page.
pub(crate) fn document() -> Document {
    window().document().expect("a window has a document")
}

/// Returns `<html>`.
///
/// # Panics
/// Never: a document that runs scripts has one.
pub(crate) fn root() -> Element {
    document().document_element().expect("a document has a root")
}

/// Returns milliseconds since the page was opened.
pub(crate) fn now_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// Reads a value that the last visit left.
pub(crate) fn stored(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Leaves a value for the next visit, if the browser lets us.
pub(crate) fn store(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Full or forbidden: the page works without.
        let _ = storage.set_item(key, value);
    }
}

/// Takes a stored value away.
pub(crate) fn forget(key: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.remove_item(key);
    }
}

/// Returns the query and the fragment of the address.
pub(crate) fn address() -> (String, String) {
    let location = window().location();
    (location.search().unwrap_or_default(), location.hash().unwrap_or_default())
}

/// Returns the address without its fragment.
pub(crate) fn page_address() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}

/// Replaces the fragment without a new entry in the history.
pub(crate) fn replace_fragment(fragment: &str) {
    if let Ok(history) = window().history() {
        // Refused when called too often; the next call catches up.
        let _ =
            history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&format!("#{fragment}")));
    }
}

/// Sets an attribute of `<html>`, or takes it away.
pub(crate) fn set_root(attribute: &str, value: Option<&str>) {
    let root = root();
    // Fails only for illegal attribute names.
    let _ = match value {
        Some(value) => root.set_attribute(attribute, value),
        None => root.remove_attribute(attribute),
    };
}

/// Sets a custom property of `<html>`, or takes it away.
pub(crate) fn set_root_property(name: &str, value: Option<&str>) {
    if let Ok(root) = root().dyn_into::<HtmlElement>() {
        // Fails only for a read-only declaration, which an element's never is.
        let _ = match value {
            Some(value) => root.style().set_property(name, value),
            None => root.style().remove_property(name).map(|_| ()),
        };
    }
}

/// Returns whether a media query holds.
pub(crate) fn matches(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// Moves the focus to the first element that a selector finds.
pub(crate) fn focus(selector: &str) {
    if let Some(element) = find::<HtmlElement>(selector) {
        let _ = element.focus();
    }
}

/// Finds an element.
pub(crate) fn find<T: JsCast>(selector: &str) -> Option<T> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// Offers a text as a file to save.
pub(crate) fn download(name: &str, text: &str) {
    let parts = js_sys::Array::of1(&text.into());
    let options = BlobPropertyBag::new();
    options.set_type("text/plain;charset=utf-8");
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options);
    if let (Some(link), Ok(blob)) = (link, blob)
        && let Ok(url) = Url::create_object_url_with_blob(&blob)
    {
        link.set_href(&url);
        link.set_download(name);
        link.click();
        let _ = Url::revoke_object_url(&url);
    }
}

/// Reads a file as far as `bytes`; `None` when it cannot be read, as a folder.
pub(crate) async fn first_bytes(file: &Blob, bytes: usize) -> Option<Vec<u8>> {
    let end = i32::try_from(bytes).unwrap_or(i32::MAX);
    let head = file.slice_with_i32_and_i32(0, end).ok()?;
    let buffer = JsFuture::from(head.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// Puts a text on the clipboard and tells whether that worked.
pub(crate) fn copy(text: &str, then: impl FnOnce(bool) + 'static) {
    let navigator = window().navigator();
    // Absent on pages that are not served securely.
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).ok();
    if clipboard.is_none_or(|clipboard| clipboard.is_undefined()) {
        then(false);
        return;
    }
    let promise = navigator.clipboard().write_text(text);
    wasm_bindgen_futures::spawn_local(async move { then(JsFuture::from(promise).await.is_ok()) });
}

/// A timer that is stopped when dropped.
pub(crate) struct Timer {
    id: i32,
    kind: TimerKind,
    _callback: Closure<dyn FnMut()>,
}

#[derive(Clone, Copy)]
enum TimerKind {
    Once,
    Again,
}

impl Timer {
    /// Calls once after `ms` milliseconds.
    pub(crate) fn once(ms: i32, callback: impl FnMut() + 'static) -> Option<Timer> {
        let callback = Closure::<dyn FnMut()>::new(callback);
        let function = callback.as_ref().unchecked_ref();
        let id = window().set_timeout_with_callback_and_timeout_and_arguments_0(function, ms).ok()?;
        Some(Timer { id, kind: TimerKind::Once, _callback: callback })
    }

    /// Calls every `ms` milliseconds.
    pub(crate) fn every(ms: i32, callback: impl FnMut() + 'static) -> Option<Timer> {
        let callback = Closure::<dyn FnMut()>::new(callback);
        let function = callback.as_ref().unchecked_ref();
        let id = window().set_interval_with_callback_and_timeout_and_arguments_0(function, ms).ok()?;
        Some(Timer { id, kind: TimerKind::Again, _callback: callback })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        match self.kind {
            TimerKind::Once => window().clear_timeout_with_handle(self.id),
            TimerKind::Again => window().clear_interval_with_handle(self.id),
        }
    }
}

/// A listener on the window that is removed when dropped.
pub(crate) struct Listener {
    name: &'static str,
    callback: Closure<dyn FnMut(web_sys::Event)>,
}

impl Listener {
    /// Listens on the window.
    pub(crate) fn on_window(name: &'static str, callback: impl FnMut(web_sys::Event) + 'static) -> Listener {
        let callback = Closure::<dyn FnMut(web_sys::Event)>::new(callback);
        // Fails only for a callback that is no function.
        let _ = window().add_event_listener_with_callback(name, callback.as_ref().unchecked_ref());
        Listener { name, callback }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.callback.as_ref().unchecked_ref();
        let _ = window().remove_event_listener_with_callback(self.name, function);
    }
}
