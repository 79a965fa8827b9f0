//! The files of `host/ui`, in the binary.

use crate::http::{Body, respond};
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::Response;
use hyper::body::Bytes;
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue, VARY};
use std::io::Write;
use std::sync::LazyLock;

/// A file.
#[derive(Debug)]
pub(super) struct File {
    /// Where it is found.
    path: &'static str,
    /// Its media type.
    kind: &'static str,
    plain: Encoded,
    /// By gzip; none where that gains nothing.
    packed: Option<Encoded>,
}

/// One way to send a file.
#[derive(Debug)]
struct Encoded {
    bytes: Bytes,
    /// Changes with them.
    tag: HeaderValue,
}

/// Each file of the folder that a browser loads.
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
        let kind = match path.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            _ => "text/javascript; charset=utf-8",
        };
        let path = if path == "/ui/index.html" { "/" } else { path };
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        // writing to a vector does not fail
        let packed = encoder.write_all(bytes).and_then(|()| encoder.finish()).ok();
        let packed = packed.filter(|packed| packed.len() < bytes.len());
        let encoded = |bytes: Bytes| Encoded { tag: super::tag(&bytes), bytes };
        let plain = encoded(Bytes::from_static(bytes));
        File { path, kind, plain, packed: packed.map(|packed| encoded(packed.into())) }
    }

    /// The file, in the way that the client takes.
    pub(super) fn response(&self, headers: &HeaderMap) -> Response<Body> {
        let packed = self.packed.as_ref().filter(|_| takes_gzip(headers));
        let Encoded { bytes, tag } = packed.unwrap_or(&self.plain);
        let mut response = super::tagged(headers, tag, || respond(200, self.kind, bytes.clone()));
        response.headers_mut().insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        if packed.is_some() {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}

/// Whether the client says so. A weight of 0 is a no.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let stated = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    stated.unwrap_or_default().split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_some_and(|q| q > 0.0)
    })
}

/// The file at `path`.
pub(super) fn find(path: &str) -> Option<&'static File> {
    // every request comes by here
    if path != "/" && !path.starts_with("/ui/") {
        return None;
    }
    FILES.iter().find(|file| file.path == path)
}

#[cfg(test)]
mod tests {
    use super::FILES;
    use std::path::Path;

    /// What is in the folder for people who work on it.
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
        let sent = |file: &super::File| file.packed.as_ref().unwrap_or(&file.plain).bytes.len();
        let bytes: usize = FILES.iter().map(sent).sum();
        assert!(bytes < 100_000, "{bytes}");
    }
}
