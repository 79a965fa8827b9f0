//! The files of `host/ui`, in the binary.

use hyper::header::HeaderValue;
use std::sync::LazyLock;

/// A file.
#[derive(Debug)]
pub(super) struct File {
    /// Where it is found.
    path: &'static str,
    /// Its media type.
    pub(super) kind: &'static str,
    /// What it holds.
    pub(super) bytes: &'static [u8],
    /// Changes with it.
    pub(super) tag: HeaderValue,
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
        File { path, kind, bytes, tag: super::tag(bytes) }
    }
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
        // as they are: compression would only make it less
        let bytes: usize = FILES.iter().map(|file| file.bytes.len()).sum();
        assert!(bytes < 100_000, "{bytes}");
    }
}
