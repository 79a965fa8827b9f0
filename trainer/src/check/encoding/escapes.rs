//! Escape sequences that were never decoded: HTML entities, and those of programming languages.

/// The first entity, and the text without them.
pub(super) fn entities(text: &str) -> Option<(String, String)> {
    let mut first = None;
    let (mut meant, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.find('&') {
        let end = rest[start..].find(';').map_or(rest.len(), |end| start + end + 1);
        let entity = &rest[start..end];
        let decoded = html_escape::decode_html_entities(entity);
        if entity[1..].contains('&') || decoded == entity {
            meant.push_str(&rest[..=start]);
            rest = &rest[start + 1..];
        } else {
            first.get_or_insert_with(|| entity.to_owned());
            meant.push_str(&rest[..start]);
            meant.push_str(&decoded);
            rest = &rest[end..];
        }
    }
    meant.push_str(rest);
    first.map(|first| (first, meant))
}

/// The first `\n`, `\u00e9` or the like, spelled out.
pub(super) fn escape(text: &str) -> Option<&str> {
    text.match_indices('\\').find_map(|(at, _)| {
        let digits = match text.as_bytes().get(at + 1)? {
            b'u' => 4,
            b'x' => 2,
            b'n' | b'r' | b't' => 0,
            _ => return None,
        };
        let escape = text.get(at..at + 2 + digits)?;
        // a path: C:\\new
        let word = text[..at].rsplit(char::is_whitespace).next().unwrap_or_default();
        let path = digits == 0 && word.contains([':', '\\', '/']);
        let hex = escape[2..].bytes().all(|b| b.is_ascii_hexdigit());
        (hex && !path).then_some(escape)
    })
}
