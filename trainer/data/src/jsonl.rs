//! JSON Lines: one object a line, its keys named as a table's columns.

use crate::columns::{ID, LABEL, Needs, TEXT, missing};
use crate::problem::{Fault, Problem};
use crate::record::Record;
use serde_json::{Map, Value};
use std::path::Path;

/// Reads the lines of `bytes`; bad lines come back as problems. Blank lines are passed over.
#[must_use]
pub(crate) fn parse(path: &Path, bytes: &[u8], needs: Needs) -> (Vec<Record>, Vec<Problem>) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for (line, bytes) in (1..).zip(bytes.split(|b| *b == b'\n')) {
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        match record(line, bytes, needs) {
            Ok(row) => rows.push(row),
            Err((fault, what)) => problems.push(Problem::new(path, line, fault, what)),
        }
    }
    (rows, problems)
}

fn record(line: u64, bytes: &[u8], needs: Needs) -> Result<Record, (Fault, String)> {
    if std::str::from_utf8(bytes).is_err() {
        return Err((Fault::Encoding, "not valid UTF-8: save the file as UTF-8".to_owned()));
    }
    let object: Map<String, Value> = serde_json::from_slice(bytes)
        .map_err(|e| (Fault::Shape, format!("not a JSON object: {e}")))?;
    let field = |wanted: &[&str]| -> Result<Option<String>, (Fault, String)> {
        let found = object.iter().find(|(k, _)| wanted.contains(&k.to_lowercase().as_str()));
        let text = match found {
            None | Some((_, Value::Null)) => return Ok(None),
            Some((_, Value::String(text))) => text.trim().to_owned(),
            Some((_, Value::Number(number))) => number.to_string(),
            Some((key, _)) => {
                return Err((Fault::Shape, format!("{key:?} is neither a text nor a number")));
            }
        };
        Ok(Some(text).filter(|t| !t.is_empty()))
    };
    let (id, text, label) = (field(ID)?, field(TEXT)?, field(LABEL)?);
    missing(Fault::Id, needs.id, id.is_some())?;
    missing(Fault::NoText, needs.text, text.is_some())?;
    missing(Fault::NoLabel, needs.label, label.is_some())?;
    Ok(Record { line, id, text: text.unwrap_or_default(), label })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_and_problems() {
        let text = b"{\"text\":\"mal\",\"intent\":3}\n\n{\"Query\":\"dos\",\"label\":\"x\"}\r\n[1]\n{\"text\":\"\",\"label\":\"x\"}\n{\"text\":{},\"label\":1}\n";
        let (rows, problems) =
            parse(Path::new("t.jsonl"), text, Needs { id: false, text: true, label: true });
        let got: Vec<_> =
            rows.iter().map(|r| (r.line, r.text.as_str(), r.label.as_deref())).collect();
        assert_eq!(got, [(1, "mal", Some("3")), (3, "dos", Some("x"))]);
        let got: Vec<_> = problems.iter().map(|p| (p.line, p.what.as_str())).collect();
        assert_eq!(
            (got[0].0, got[1], got[2]),
            (4, (5, "no text"), (6, "\"text\" is neither a text nor a number"))
        );
    }
}
