//! `explain`: why a component answers what it answers.

use super::{print, read, write_out};
use crate::args::ExplainArgs;
use crate::explain::{View, paint};
use crate::questions::find_class;
use anyhow::{Context, Result};
use intent_bake::extract;
use intent_model::{Model, SliceModel};

/// Runs the command: by the model inside the component, natively. The component's own `explain`
/// gives the same bits ([`intent_bake::selftest`]), but only for the most probable intent.
///
/// # Errors
/// If the file holds no model, the question is refused, or the intent is none of the model's.
pub fn run(args: &ExplainArgs) -> Result<()> {
    let path = || args.model.display().to_string();
    let component = read(&args.model)?;
    let model = Model::from_bytes(extract::model(&component).with_context(path)?)?;
    let intent = args.intent.as_deref().map(|i| id_of(&model, i)).transpose().with_context(path)?;
    let view = View::explain(&model, &args.query, intent).context("the question is refused")?;
    if args.json {
        return print(&(serde_json::to_string_pretty(&view)? + "\n"));
    }
    // colours only where a terminal takes them and NO_COLOR is not set
    let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
    write_out(&mut out, paint(&view).as_bytes())
}

fn id_of(model: &SliceModel<'_>, intent: &str) -> Result<i32> {
    let (ids, names) = (&model.params().ids, &model.info().label_names);
    let classes = ids.iter().copied().zip(names.iter().map(String::as_str));
    let class = find_class(classes, intent).with_context(|| {
        format!("no intent {intent:?}: `intent-trainer inspect` lists the {} there are", ids.len())
    })?;
    Ok(ids[class])
}
