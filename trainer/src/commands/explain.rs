//! `explain`: why a component answers what it answers.

use super::{print, read};
use crate::args::Explain;
use crate::explain::{View, paint};
use anyhow::{Context, Result};
use intent_bake::extract;
use intent_model::{Model, SliceModel};
use std::io::Write;

/// Runs the command: by the model inside the component, natively. The component's own `explain`
/// gives the same bits ([`intent_bake::selftest`]), but only for the most probable intent.
///
/// # Errors
/// Where the file holds no model, the question is refused, or the intent is none of the model's.
pub fn run(args: &Explain) -> Result<()> {
    let path = || args.model.display().to_string();
    let component = read(&args.model)?;
    let model = Model::from_bytes(extract::model(&component).with_context(path)?)?;
    let intent = args.intent.as_deref().map(|i| id_of(&model, i)).transpose().with_context(path)?;
    let view = View::of(&model, &args.query, intent).context("the question is refused")?;
    if args.json {
        return print(&(serde_json::to_string_pretty(&view)? + "\n"));
    }
    // colours only where a terminal takes them and NO_COLOR is not set
    let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
    match out.write_all(paint(&view).as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(e.into()),
        _ => Ok(()),
    }
}

fn id_of(model: &SliceModel<'_>, intent: &str) -> Result<i32> {
    let (ids, names) = (&model.params().ids, &model.info().label_names);
    let by_name = names.iter().position(|name| name == intent);
    let by_id = || ids.binary_search(&intent.parse().ok()?).ok();
    let class = by_name.or_else(by_id).with_context(|| {
        format!("no intent {intent:?}: `intent-trainer inspect` lists the {} there are", ids.len())
    })?;
    Ok(ids[class])
}
