//! A component → the names of what it imports and exports.

use crate::error::BakeError;
use wasmparser::{Parser, Payload};

/// The interfaces of a component itself, not of those inside it, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World {
    /// Imported interfaces.
    pub imports: Vec<String>,
    /// Exported interfaces.
    pub exports: Vec<String>,
}

/// Reads the world of a component.
///
/// # Errors
/// If the bytes are no component.
pub fn read(component: &[u8]) -> Result<World, BakeError> {
    let mut world = World::default();
    let mut depth = 0u32;
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(|e| BakeError::Component(e.to_string()))? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let import = import.map_err(|e| BakeError::Component(e.to_string()))?;
                    world.imports.push(import.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    let export = export.map_err(|e| BakeError::Component(e.to_string()))?;
                    world.exports.push(export.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(world)
}
