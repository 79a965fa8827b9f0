//! CSV and TSV, in the dialects that spreadsheets write: `,`, `;` or tab, with or without a byte
//! order mark, any line ends, quoted newlines.

use crate::columns::{ID, LABEL, Needs, TEXT, missing};
use crate::problem::{DataError, Fault, Problem};
use crate::record::Record;
use csv::{ByteRecord, Reader, ReaderBuilder};
use std::path::Path;

/// Indices of the columns.
struct Columns {
    count: usize,
    id: Option<usize>,
    text: Option<usize>,
    label: Option<usize>,
}

/// Reads the rows of a table; bad rows come back as problems, in the order of the file.
///
/// # Errors
/// If the file is no table with the needed columns.
pub(crate) fn parse(
    path: &Path,
    bytes: &[u8],
    needs: Needs,
) -> Result<(Vec<Record>, Vec<Problem>), DataError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(DataError::shape(path, "is UTF-16: save it as UTF-8"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let (mut reader, columns) = sniff(path, bytes, needs)?;
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    let mut fields = ByteRecord::new();
    let mut lines = Lines { bytes, at: 0, line: 1 };
    loop {
        match reader.read_byte_record(&mut fields) {
            Ok(false) => return Ok((rows, problems)),
            Ok(true) => {
                let line = lines.number_at(fields.position().map_or(0, csv::Position::byte));
                match record(line, &fields, &columns, needs) {
                    Ok(row) => rows.push(row),
                    Err((fault, what)) => problems.push(Problem::new(path, line, fault, what)),
                }
            }
            Err(e) => return Err(DataError::shape(path, e.to_string())),
        }
    }
}

/// Counts lines up to ascending offsets. The csv crate's own count is one behind after `\r\n`: it
/// leaves the `\n` to the next row.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first character at or after `offset` that ends no line.
    fn number_at(&mut self, offset: u64) -> u64 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        while let Some(byte) = self.bytes.get(self.at) {
            let end = matches!(byte, b'\r' | b'\n');
            if self.at >= offset && !end {
                break;
            }
            self.at += 1;
            let half = *byte == b'\r' && self.bytes.get(self.at) == Some(&b'\n');
            self.line += u64::from(end && !half);
        }
        self.line
    }
}

/// The reader behind the header line, with the delimiter under which the header makes sense.
fn sniff<'a>(
    path: &Path,
    bytes: &'a [u8],
    needs: Needs,
) -> Result<(Reader<&'a [u8]>, Columns), DataError> {
    let mut seen = String::new();
    for delimiter in [b',', b';', b'\t'] {
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut header = ByteRecord::new();
        let there = reader.read_byte_record(&mut header);
        if !matches!(there, Ok(true)) {
            return Err(DataError::shape(path, "is empty: a header line and rows are needed"));
        }
        let names: Vec<String> =
            header.iter().map(|f| String::from_utf8_lossy(f).trim().to_lowercase()).collect();
        let find = |wanted: &[&str]| names.iter().position(|n| wanted.contains(&n.as_str()));
        let columns =
            Columns { count: names.len(), id: find(ID), text: find(TEXT), label: find(LABEL) };
        let fits = |need: bool, column: Option<usize>| !need || column.is_some();
        if fits(needs.id, columns.id)
            && fits(needs.text, columns.text)
            && fits(needs.label, columns.label)
        {
            return Ok((reader, columns));
        }
        if seen.is_empty() {
            seen = String::from_utf8_lossy(header.as_slice()).chars().take(80).collect();
        }
    }
    Err(DataError::shape(
        path,
        format!("its first line must name the columns {} (found: {seen:?})", needs.names()),
    ))
}

fn record(
    line: u64,
    fields: &ByteRecord,
    columns: &Columns,
    needs: Needs,
) -> Result<Record, (Fault, String)> {
    if fields.len() != columns.count {
        let what = format!("{} columns instead of {}", fields.len(), columns.count);
        return Err((Fault::Shape, what));
    }
    let field = |column: Option<usize>| match column {
        None => Ok(None),
        Some(i) => std::str::from_utf8(&fields[i])
            .map(|f| Some(f.trim()).filter(|f| !f.is_empty()).map(str::to_owned))
            .map_err(|_| {
                let what = format!("column {} is not valid UTF-8: save the file as UTF-8", i + 1);
                (Fault::Encoding, what)
            }),
    };
    let (id, text, label) = (field(columns.id)?, field(columns.text)?, field(columns.label)?);
    missing(Fault::Id, needs.id, id.is_some())?;
    missing(Fault::NoText, needs.text, text.is_some())?;
    missing(Fault::NoLabel, needs.label, label.is_some())?;
    Ok(Record { line, id, text: text.unwrap_or_default(), label })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOTH: Needs = Needs { id: false, text: true, label: true };

    fn read(bytes: &[u8]) -> (Vec<Record>, Vec<Problem>) {
        parse(Path::new("t.csv"), bytes, BOTH).expect("a table")
    }

    #[test]
    fn dialects() {
        for bytes in [
            &b"text,intent\nmal au dos,1\n\"a, \"\"b\"\"\nc\",2\n"[..],
            b"\xef\xbb\xbftext;intent\r\nmal au dos;1\r\n\"a, \"\"b\"\"\nc\";2\r\n",
            b"Intention\tQUESTION\n1\tmal au dos\n2\t\"a, \"\"b\"\"\nc\"",
        ] {
            let (rows, problems) = read(bytes);
            assert_eq!(problems, []);
            let got: Vec<_> =
                rows.iter().map(|r| (r.line, r.text.as_str(), r.label.as_deref())).collect();
            assert_eq!(got, [(2, "mal au dos", Some("1")), (3, "a, \"b\"\nc", Some("2"))]);
        }
    }

    #[test]
    fn bad_rows_are_named_and_the_rest_is_read() {
        let (rows, problems) =
            read(b"text,intent\ngood,1\n ,1\nx\nno label,\nbad \xff,2\ngood,2\n");
        assert_eq!(rows.len(), 2);
        let got: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            got,
            [
                "t.csv:3: no text",
                "t.csv:4: 1 columns instead of 2",
                "t.csv:5: no label",
                "t.csv:6: column 1 is not valid UTF-8: save the file as UTF-8",
            ]
        );
    }

    #[test]
    fn says_which_columns_it_needs() {
        let error = parse(Path::new("t.csv"), b"a,b\n1,2\n", BOTH).expect_err("no columns");
        let message = error.to_string();
        assert!(message.contains(&TEXT.join("|")) && message.contains(&LABEL.join("|")), "{error}");
        let error = parse(Path::new("t.csv"), b"", BOTH).expect_err("nothing");
        assert!(error.to_string().contains("empty"), "{error}");
    }

    proptest! {
        /// Whatever the bytes, parsing answers, and every row is a record or a problem.
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut table = b"text,intent\n".to_vec();
            table.extend(bytes);
            let _ = parse(Path::new("t.csv"), &table, BOTH);
        }

        #[test]
        fn what_csv_writes_is_read_back(rows in proptest::collection::vec(("[a-z\",;\n]{0,9}[a-z]", "[a-z]{1,5}"), 1..9)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["text", "intent"]).expect("header");
            for (text, label) in &rows {
                writer.write_record([text, label]).expect("row");
            }
            let (read, problems) = read(&writer.into_inner().expect("bytes"));
            prop_assert!(problems.is_empty());
            let read: Vec<_> = read.into_iter().map(|r| (r.text, r.label.unwrap_or_default())).collect();
            let want: Vec<_> = rows.iter().map(|(t, l)| (t.trim().to_owned(), l.clone())).collect();
            prop_assert_eq!(read, want);
        }
    }
}
