//! A static file server for one folder on 127.0.0.1, and the check that it answers.
//!
//! By hand, since what it must do is little: one thread and one answer per connection. (The
//! crate tried first, tiny_http 0.12, leaves a connection waiting when a browser opens several
//! at once; an async stack would be sixty crates for a server of three functions.)

use anyhow::{Context, Result, ensure};
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// More than any request of a browser to this page; a longer one is refused.
const REQUEST_BYTES_MAX: u64 = 64 * 1024;

/// A server that runs until it is dropped.
pub(crate) struct Served {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl Served {
    /// Serves `dist` on 127.0.0.1; port 0 takes a free one.
    ///
    /// Returns when the page and every file that it preloads have answered.
    pub(crate) fn start(dist: &Path, port: u16) -> Result<Served> {
        let listener = TcpListener::bind(("127.0.0.1", port)).with_context(|| format!("port {port}"))?;
        let address = listener.local_addr()?;
        let stop = Arc::new(AtomicBool::new(false));
        let acceptor = thread::spawn({
            let (stop, dist) = (Arc::clone(&stop), dist.to_owned());
            move || accept(&listener, &dist, &stop)
        });
        let served = Served { address, stop, acceptor: Some(acceptor) };
        served.check()?;
        Ok(served)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Blocks until the process is ended.
    pub(crate) fn wait(mut self) {
        if let Some(acceptor) = self.acceptor.take() {
            // If it panicked, it has printed why.
            let _ = acceptor.join();
        }
    }

    fn check(&self) -> Result<()> {
        let page = get(self.address, "/")?;
        for file in page.split('"').filter(|word| word.ends_with(".wasm") || word.ends_with(".js")) {
            if !file.contains("://") {
                get(self.address, &format!("/{}", file.trim_start_matches("./").trim_start_matches('/')))?;
            }
        }
        Ok(())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the acceptor; if even this fails, the process is about to end anyway.
        let _ = TcpStream::connect(self.address);
    }
}

fn accept(listener: &TcpListener, dist: &Path, stop: &AtomicBool) {
    for stream in listener.incoming() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let dist = dist.to_owned();
        thread::spawn(move || {
            // The reader going away is how browsers leave a page, and no news.
            let _ = answer(stream, &dist);
        });
    }
}

/// Reads one request and answers it; the closed connection marks the end of the answer.
fn answer(mut stream: TcpStream, dist: &Path) -> io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?.take(REQUEST_BYTES_MAX)).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    for line in lines.by_ref() {
        if line?.is_empty() {
            break;
        }
    }
    let mut words = request.split_whitespace();
    let (method, url) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let file = if matches!(method, "GET" | "HEAD") { locate(dist, url) } else { None };
    let (status, media, body) = match file.and_then(|path| Some((fs::read(&path).ok()?, path))) {
        Some((bytes, path)) => ("200 OK", media_type(&path), bytes),
        None => ("404 Not Found", "text/plain; charset=utf-8", b"not found\n".to_vec()),
    };
    // The worker is what a browser asks for again by itself: as a host would, not at each visit.
    let fresh = if url == "/sw.js" { "max-age=3600" } else { "no-cache" };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {}\r\nCache-Control: {fresh}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    )?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    stream.flush()
}

/// The file below `dist` that a request path names; nothing outside it.
fn locate(dist: &Path, url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.trim_start_matches('/');
    let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if !inside {
        return None;
    }
    let file = dist.join(path);
    Some(if file.is_dir() { file.join("index.html") } else { file })
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|end| end.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}

/// Fetches a path and returns the body, or an error unless the answer is 200.
pub(crate) fn get(address: SocketAddr, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.lines().next().unwrap_or_default();
    ensure!(status.contains(" 200"), "{path} answers {status:?}");
    Ok(answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_below_the_folder_are_found() {
        let dist = Path::new("/nowhere/dist");
        assert_eq!(locate(dist, "/a/b.js?x=1#y"), Some(dist.join("a/b.js")));
        assert_eq!(locate(dist, "/../secret"), None);
        assert_eq!(locate(dist, "/a/../../secret"), None);
    }

    #[test]
    fn many_connections_at_once_are_all_answered() {
        let dist = std::env::temp_dir().join(format!("mmscope-served-{}", std::process::id()));
        fs::create_dir_all(&dist).expect("the temporary folder is writable");
        fs::write(dist.join("index.html"), "hello").expect("the temporary folder is writable");
        let served = Served::start(&dist, 0).expect("a free port and a page");
        // Idle connections, as a browser keeps them in store, must not hold up the others.
        let idle: Vec<_> = (0..16).map(|_| TcpStream::connect(served.address)).collect();
        let answers = (0..16).map(|_| {
            thread::spawn({
                let address = served.address;
                move || get(address, "/").is_ok_and(|body| body == "hello")
            })
        });
        let answers: Vec<_> = answers.collect();
        assert!(answers.into_iter().all(|answer| answer.join().is_ok_and(|ok| ok)));
        assert!(get(served.address, "/missing.js").is_err());
        drop(idle);
        fs::remove_dir_all(&dist).expect("the folder is ours");
    }

    #[test]
    fn a_folder_without_a_page_is_not_served() {
        assert!(Served::start(Path::new("/nowhere"), 0).is_err());
    }
}
