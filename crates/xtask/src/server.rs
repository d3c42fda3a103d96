//! A static file server for one folder on 127.0.0.1, and the check that it answers.

use anyhow::{Context, Result, anyhow, ensure};
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tiny_http::{Header, Request, Response, Server, StatusCode};

/// A browser opens up to six connections to one server.
const WORKERS: usize = 6;

/// A server that runs until it is dropped.
pub(crate) struct Served {
    server: Arc<Server>,
    workers: Vec<JoinHandle<()>>,
    address: SocketAddr,
}

impl Served {
    /// Serves `dist` on 127.0.0.1; port 0 takes a free one.
    ///
    /// Returns when the page and every file that it preloads have answered.
    pub(crate) fn start(dist: &Path, port: u16) -> Result<Served> {
        let server = Server::http(("127.0.0.1", port)).map_err(|error| anyhow!("port {port}: {error}"))?;
        let server = Arc::new(server);
        let address = server.server_addr().to_ip().context("the server has no address")?;
        let workers = (0..WORKERS).map(|_| worker(Arc::clone(&server), dist.to_owned())).collect();
        let served = Served { server, workers, address };
        served.check()?;
        Ok(served)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Blocks until the process is ended.
    pub(crate) fn wait(mut self) {
        for worker in self.workers.drain(..) {
            // A worker that panicked has printed why.
            let _ = worker.join();
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
        for _ in &self.workers {
            self.server.unblock();
        }
    }
}

fn worker(server: Arc<Server>, dist: PathBuf) -> JoinHandle<()> {
    thread::spawn(move || {
        while let Ok(request) = server.recv() {
            answer(request, &dist);
        }
    })
}

fn answer(request: Request, dist: &Path) {
    let file = locate(dist, request.url());
    let sent = match file.and_then(|path| Some((fs::read(&path).ok()?, path))) {
        Some((bytes, path)) => {
            let response = Response::from_data(bytes).with_header(header("Content-Type", media_type(&path)));
            request.respond(response.with_header(header("Cache-Control", "no-cache")))
        }
        None => request.respond(Response::from_string("not found").with_status_code(StatusCode(404))),
    };
    if let Err(error) = sent {
        // The reader went away, as browsers do when a page is left.
        eprintln!("  server: {error}");
    }
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

fn header(name: &str, value: &str) -> Header {
    // Both are constants of this file, and ASCII.
    Header::from_bytes(name, value).expect("a header of ASCII constants is valid")
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
    fn a_served_folder_answers_and_stops() {
        let dist = Path::new(env!("CARGO_MANIFEST_DIR"));
        let served = Served::start(&dist.join("src"), 0);
        // This folder has no index.html, which is what a failed build would look like.
        assert!(served.is_err());
    }
}
