//! `report.html` of a version's directory, for the page to show parts of.
//!
//! It holds questions of people, as they were written. So they are taken out, unless the host was told
//! to show them; and the file is handed on as one to keep, never opened in the origin of the page.

use super::{Body, tag, tagged};
use crate::http::problem::{self, Problem};
use crate::http::respond;
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
/// The longest report that is read: that of 51 intents and 1,386 questions has 0.3 MB.
const MOST: u64 = 64 << 20;
/// Between these, the trainer writes the questions and what belongs to them.
const BLOCK: (&str, &str) = ("<script id=\"data\" type=\"application/json\">", "</script>");

/// Reads reports.
#[derive(Debug)]
pub(super) struct Reports {
    /// Whether their questions may be seen.
    pub(super) questions: bool,
    /// The last one. One is read at a time, so that they cannot fill the memory.
    last: Mutex<Option<Kept>>,
}

#[derive(Debug)]
struct Kept {
    path: PathBuf,
    stamp: Stamp,
    bytes: Bytes,
    tag: HeaderValue,
}

impl Reports {
    pub(super) fn new(questions: bool) -> Self {
        Reports { questions, last: Mutex::new(None) }
    }

    /// The report in `directory`.
    pub(super) async fn get(
        &self,
        directory: &Path,
        headers: &HeaderMap,
    ) -> Result<Response<Body>, Problem> {
        let mut last = self.last.lock().await;
        let (directory, questions, before) = (directory.to_owned(), self.questions, last.take());
        let read = move || kept(before, &directory, questions);
        // reading is not for the threads that answer
        let kept = match tokio::task::spawn_blocking(read).await {
            Ok(Ok(kept)) => last.insert(kept),
            Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
                return Err(problem::no_report());
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "report not served");
                return Err(problem::bad_report());
            }
            Err(_) => return Err(problem::bad_report()),
        };
        let response = || respond(200, "text/html; charset=utf-8", kept.bytes.clone());
        let mut response = super::guarded(tagged(headers, &kept.tag, response));
        let inert = HeaderValue::from_static("sandbox; default-src 'none'");
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, inert);
        let file = HeaderValue::from_static("attachment; filename=\"report.html\"");
        response.headers_mut().insert(CONTENT_DISPOSITION, file);
        Ok(response)
    }
}

/// The file as it is now; `before` where it is still that.
fn kept(before: Option<Kept>, directory: &Path, questions: bool) -> io::Result<Kept> {
    let path = directory.join(NAME).canonicalize()?;
    // a link may lead elsewhere
    if !path.starts_with(directory.canonicalize()?) {
        return Err(io::Error::other(format!("{}: outside its version", path.display())));
    }
    let about = std::fs::metadata(&path)?;
    if !about.is_file() || about.len() > MOST {
        let error = format!("{}: no file, or more than {MOST} bytes", path.display());
        return Err(io::Error::other(error));
    }
    let stamp = Stamp::of(&about);
    if let Some(kept) = before.filter(|kept| kept.path == path && kept.stamp == stamp) {
        return Ok(kept);
    }
    let mut text = String::new();
    File::open(&path)?.take(MOST).read_to_string(&mut text)?;
    if !questions {
        text = without_questions(&text)
            .ok_or_else(|| io::Error::other(format!("{}: not a report", path.display())))?;
    }
    let bytes = Bytes::from(text);
    Ok(Kept { tag: tag(&bytes), path, stamp, bytes })
}

/// The report with its figures and no question; none where it is no report of the trainer.
fn without_questions(report: &str) -> Option<String> {
    let Some((head, rest)) = report.split_once(BLOCK.0) else {
        // of a training that held nothing out
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
    // as the trainer writes it: no text can end the element
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
        // what is not understood is not shown
        for other in ["<script>let x</script>", &report.replace("\"cells\"", "\"other\"")] {
            assert_eq!(without_questions(other), None);
        }
        assert_eq!(without_questions("<p>").as_deref(), Some("<p>"));
    }
}
