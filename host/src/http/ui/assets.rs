//! The files of `host/ui`, embedded in the binary.

use super::headers::{tag, tagged};
use crate::http::response::{Body, respond};
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::Response;
use hyper::body::Bytes;
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue, VARY};
use std::io::Write;
use std::sync::LazyLock;

/// An embedded file.
#[derive(Debug)]
pub(super) struct File {
    /// Its path in URLs.
    path: &'static str,
    /// Its media type.
    media_type: &'static str,
    plain: Encoded,
    /// Compressed with gzip; none if that is not smaller.
    gzip: Option<Encoded>,
}

/// One encoding of a file.
#[derive(Debug)]
struct Encoded {
    bytes: Bytes,
    /// Entity tag.
    tag: HeaderValue,
}

/// Embeds files of the folder.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$((concat!("/ui/", $name), include_bytes!(concat!("../../../ui/", $name)) as &[u8])),*]
    };
}

static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let files = files![
        "index.html",
        "icon.svg",
        "style.css",
        "app.js",
        "strings.js",
        "lib/api.js",
        "lib/chart.js",
        "lib/csv.js",
        "lib/dom.js",
        "lib/explain.js",
        "lib/language.js",
        "lib/metrics.js",
        "lib/store.js",
        "report/charts.css",
        "report/report.css",
        "report/report.js",
        "views/answer.js",
        "views/ask.js",
        "views/compare.js",
        "views/file.js",
        "views/model.js",
        "views/watch.js",
    ];
    files.into_iter().map(|(path, bytes)| File::new(path, bytes)).collect()
});

impl File {
    fn new(path: &'static str, bytes: &'static [u8]) -> Self {
        let media_type = match path.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            _ => "text/javascript; charset=utf-8",
        };
        let path = if path == "/ui/index.html" { "/" } else { path };
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        // writing to a vector does not fail
        let gzip = encoder.write_all(bytes).and_then(|()| encoder.finish()).ok();
        let gzip = gzip.filter(|gzip| gzip.len() < bytes.len());
        let encoded = |bytes: Bytes| Encoded { tag: tag(&bytes), bytes };
        let plain = encoded(Bytes::from_static(bytes));
        File { path, media_type, plain, gzip: gzip.map(|gzip| encoded(gzip.into())) }
    }

    /// Builds the response, in an encoding that the client accepts.
    pub(super) fn response(&self, headers: &HeaderMap) -> Response<Body> {
        let gzip = self.gzip.as_ref().filter(|_| accepts_gzip(headers));
        let Encoded { bytes, tag } = gzip.unwrap_or(&self.plain);
        let mut response = tagged(headers, tag, || respond(200, self.media_type, bytes.clone()));
        response.headers_mut().insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        if gzip.is_some() {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}

/// Whether the client accepts gzip. A weight of 0 means that it does not.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let stated = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    stated.unwrap_or_default().split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_some_and(|q| q > 0.0)
    })
}

/// Finds the file at `path`.
pub(super) fn find(path: &str) -> Option<&'static File> {
    // fast path: every request comes through here
    if path != "/" && !path.starts_with("/ui/") {
        return None;
    }
    FILES.iter().find(|file| file.path == path)
}

#[cfg(test)]
mod tests {
    use super::FILES;
    use std::path::Path;

    /// Files in the folder that are only for development.
    const NOT_SERVED: [&str; 4] =
        ["README.md", "package.json", "package-lock.json", "tsconfig.json"];

    #[test]
    fn every_file_of_the_folder_is_served_and_they_are_small() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
        let (mut left, mut found) = (vec![root.clone()], Vec::new());
        while let Some(dir) = left.pop() {
            for entry in std::fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.ends_with("node_modules") {
                    continue;
                }
                match path.is_dir() {
                    true => left.push(path),
                    false => found.push(path.strip_prefix(&root).unwrap().display().to_string()),
                }
            }
        }
        found.retain(|name| !NOT_SERVED.contains(&name.as_str()));
        found.sort();
        let name = |file: &super::File| match file.path {
            "/" => "index.html".to_owned(),
            path => path.trim_start_matches("/ui/").to_owned(),
        };
        let mut served: Vec<String> = FILES.iter().map(name).collect();
        served.sort();
        assert_eq!(served, found);
        let sent = |file: &super::File| file.gzip.as_ref().unwrap_or(&file.plain).bytes.len();
        let bytes: usize = FILES.iter().map(sent).sum();
        assert!(bytes < 100_000, "{bytes}");
    }
}
