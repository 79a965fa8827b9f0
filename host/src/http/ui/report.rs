//! `report.html` of a version's directory, of which the page shows parts.
//!
//! It contains questions as users wrote them. They are removed unless `--show-questions` is set, and
//! the file is sent as an attachment, so that it never opens in the page's origin.

use super::headers::{secured, tag, tagged};
use crate::config::UiConfig;
use crate::http::problem::{self, Problem};
use crate::http::response::{Body, respond};
use hyper::Response;
use hyper::body::Bytes;
use hyper::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, HeaderMap, HeaderValue};
use intent_store::scan::Stamp;
use serde_json::Value;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use tokio::sync::Mutex;

const NAME: &str = "report.html";
/// Maximum bytes of a report: that of 51 intents and 1,386 questions has 0.3 MB.
const MAX_REPORT: u64 = 64 << 20;
/// The element in which the trainer writes the questions and their figures.
const BLOCK: (&str, &str) = ("<script id=\"data\" type=\"application/json\">", "</script>");

/// Reads reports, and caches the last one.
#[derive(Debug)]
pub(crate) struct Reports {
    /// Whether reports include their questions.
    pub(super) show_questions: bool,
    /// The last report. Only one is read at a time, to bound the memory.
    last: Mutex<Option<CachedReport>>,
}

#[derive(Debug)]
struct CachedReport {
    path: PathBuf,
    stamp: Stamp,
    bytes: Bytes,
    tag: HeaderValue,
}

impl Reports {
    pub(crate) fn new(config: UiConfig) -> Self {
        Reports { show_questions: config.show_questions, last: Mutex::new(None) }
    }

    /// Responds with the report in `directory`.
    pub(super) async fn get(
        &self,
        directory: &Path,
        headers: &HeaderMap,
    ) -> Result<Response<Body>, Problem> {
        let mut last = self.last.lock().await;
        let (directory, show, cached) = (directory.to_owned(), self.show_questions, last.take());
        let read = move || read(cached, &directory, show);
        // reading blocks: not on a worker thread
        let report = match tokio::task::spawn_blocking(read).await {
            Ok(Ok(report)) => last.insert(report),
            Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
                return Err(problem::no_report());
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "report not served");
                return Err(problem::bad_report());
            }
            Err(_) => return Err(problem::bad_report()),
        };
        let response = || respond(200, "text/html; charset=utf-8", report.bytes.clone());
        let mut response = secured(tagged(headers, &report.tag, response));
        let inert = HeaderValue::from_static("sandbox; default-src 'none'");
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, inert);
        let file = HeaderValue::from_static("attachment; filename=\"report.html\"");
        response.headers_mut().insert(CONTENT_DISPOSITION, file);
        Ok(response)
    }
}

/// Reads the report, unless `cached` is still current.
fn read(
    cached: Option<CachedReport>,
    directory: &Path,
    show_questions: bool,
) -> io::Result<CachedReport> {
    let path = directory.join(NAME).canonicalize()?;
    // a link may lead elsewhere
    if !path.starts_with(directory.canonicalize()?) {
        return Err(io::Error::other(format!("{}: outside its version", path.display())));
    }
    let metadata = std::fs::metadata(&path)?;
    if !metadata.is_file() || metadata.len() > MAX_REPORT {
        let error = format!("{}: no file, or more than {MAX_REPORT} bytes", path.display());
        return Err(io::Error::other(error));
    }
    let stamp = Stamp::new(&metadata);
    if let Some(cached) = cached.filter(|cached| cached.path == path && cached.stamp == stamp) {
        return Ok(cached);
    }
    let mut text = String::new();
    File::open(&path)?.take(MAX_REPORT).read_to_string(&mut text)?;
    if !show_questions {
        text = without_questions(&text)
            .ok_or_else(|| io::Error::other(format!("{}: not a report", path.display())))?;
    }
    let bytes = Bytes::from(text);
    Ok(CachedReport { tag: tag(&bytes), path, stamp, bytes })
}

/// Removes the questions from a report and keeps its figures; `None` if it is not a report.
fn without_questions(report: &str) -> Option<String> {
    let Some((head, rest)) = report.split_once(BLOCK.0) else {
        // a training without a validation part
        return (!report.contains("<script")).then(|| report.to_owned());
    };
    let (block, rest) = rest.split_once(BLOCK.1)?;
    let mut data: Value = serde_json::from_str(block).ok()?;
    let object = data.as_object_mut()?;
    object.insert("texts".to_owned(), false.into());
    object.insert("worst".to_owned(), Value::Array(Vec::new()));
    for cell in object.get_mut("cells")?.as_array_mut()? {
        *cell.get_mut(3)? = Value::Array(Vec::new());
    }
    // escaped as the trainer does: no text can end the element
    let block = data.to_string().replace('<', "\\u003c").replace('>', "\\u003e");
    Some([head, BLOCK.0, &block.replace('&', "\\u0026"), BLOCK.1, rest].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_questions_out_and_leaves_the_figures() {
        let data = r#"{"texts":true,"classes":[[1,"a\u003cb"]],"cells":[[0,0,2,[[0.5,"secret one"]]]],"worst":[{"pieces":[["secret two",null]]}]}"#;
        let report = format!("<p>0.9</p>{}{data}{}<script>1</script>", BLOCK.0, BLOCK.1);
        let bare = without_questions(&report).unwrap();
        assert!(!bare.contains("secret"), "{bare}");
        assert!(bare.starts_with("<p>0.9</p>") && bare.ends_with("<script>1</script>"), "{bare}");
        assert!(bare.contains(r#""cells":[[0,0,2,[]]]"#), "{bare}");
        assert!(bare.contains("a\\u003cb"), "{bare}");
        // an unknown form is not shown
        for other in ["<script>let x</script>", &report.replace("\"cells\"", "\"other\"")] {
            assert_eq!(without_questions(other), None);
        }
        assert_eq!(without_questions("<p>").as_deref(), Some("<p>"));
    }
}
