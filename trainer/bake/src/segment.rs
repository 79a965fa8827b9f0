//! Puts the model into the template as a passive data segment, and the table of folded characters as
//! another.
//!
//! The template imports `baked.row(dst, offset)`, `baked.fold(dst, offset)`,
//! `baked.lexicon_bucket(dst, offset)` and `baked.read(dst, offset, len)` and nothing else. Imported functions have
//! the first indices; so the functions that replace them go first in the function section, and no index in the module
//! changes. Calls of those that are one `memory.init` of a constant length are replaced by it: its operands lie on the
//! stack as those of the call do. All other sections are copied as they are.

use crate::error::BakeError;
use intent_model::lexicon::BUCKET_LEN;
use intent_model::tokens::fold;
use std::sync::LazyLock;
use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, Encode, Function, FunctionSection, Instruction,
    Module, RawSection,
};
use wasmparser::{FunctionBody, ImportSectionReader, Operator, Parser, Payload, TypeRef};

/// [`fold::table`], little-endian.
static FOLDS: LazyLock<Vec<u8>> =
    LazyLock::new(|| fold::table().into_iter().flat_map(u32::to_le_bytes).collect());

/// wasmtime expands a `memory.init` of a constant length up to this inline; a longer one is a call
/// into the host.
const MAX_INLINE_BYTES: u32 = 128;
/// Rows longer than this are fetched in one piece: the calls would add up.
const MAX_PIECES: u32 = 8;

/// Injects `model`, whose rows have `stride` bytes, into `template`.
///
/// # Errors
/// If the template does not import exactly the four functions.
pub(crate) fn inject(template: &[u8], model: &[u8], stride: u32) -> Result<Vec<u8>, BakeError> {
    let fault = |what: &dyn std::fmt::Display| BakeError::Template(what.to_string());
    let mut module = Module::new();
    let mut imports: Vec<(String, u32)> = Vec::new();
    let mut segment = 0;
    let mut code = CodeSection::new();
    let mut bodies = 0;
    for payload in Parser::new(0).parse_all(template) {
        match payload.map_err(|e| fault(&e))? {
            Payload::ImportSection(reader) => imports = baked_imports(reader)?,
            Payload::FunctionSection(reader) => {
                check_count(&imports)?;
                let mut functions = FunctionSection::new();
                imports.iter().for_each(|(_, ty)| {
                    functions.function(*ty);
                });
                for ty in reader {
                    functions.function(ty.map_err(|e| fault(&e))?);
                }
                segment = data_segments(template).map_err(|e| fault(&e))?;
                module.section(&functions);
            }
            // comes right before the code, and is written there
            Payload::DataCountSection { .. } => {}
            Payload::CodeSectionStart { count, .. } => {
                bodies = count;
                for (name, _) in &imports {
                    code.function(&body(name, segment, stride).ok_or_else(|| fault(name))?);
                }
            }
            Payload::CodeSectionEntry(body) => {
                let short = |(name, _): &(String, u32)| one_init(name, segment, stride);
                let inits: Vec<_> = imports.iter().map(short).collect();
                let body = inline_calls(&body, &inits).map_err(|e| fault(&e))?;
                code.raw(&body);
                bodies -= 1;
                if bodies == 0 {
                    module.section(&DataCountSection { count: segment + 2 });
                    module.section(&code);
                }
            }
            Payload::DataSection(reader) => {
                let mut data = DataSection::new();
                for entry in reader {
                    data.raw(&template[entry.map_err(|e| fault(&e))?.range]);
                }
                data.passive(model.iter().copied());
                data.passive(FOLDS.iter().copied());
                module.section(&data);
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    // the section of names, too: no index has changed
                    module.section(&RawSection { id, data: &template[range] });
                }
            }
        }
    }
    Ok(module.finish())
}

/// Name and type of each import, all of which are functions of `baked`.
fn baked_imports(section: ImportSectionReader<'_>) -> Result<Vec<(String, u32)>, BakeError> {
    let mut imports = Vec::new();
    for import in section.into_imports() {
        let import = import.map_err(|e| BakeError::Template(e.to_string()))?;
        match (import.module, import.ty) {
            ("baked", TypeRef::Func(ty)) => imports.push((import.name.into(), ty)),
            (module, _) => {
                return Err(BakeError::Template(format!("imports {module}.{}", import.name)));
            }
        }
    }
    Ok(imports)
}

/// The template imports four functions.
fn check_count(imports: &[(String, u32)]) -> Result<(), BakeError> {
    if imports.len() == 4 {
        return Ok(());
    }
    let names: Vec<&str> = imports.iter().map(|(name, _)| name.as_str()).collect();
    Err(BakeError::Template(format!("not the four imports, but {}", names.join(", "))))
}

/// The number of data segments that the template has of its own.
fn data_segments(template: &[u8]) -> wasmparser::Result<u32> {
    for payload in Parser::new(0).parse_all(template) {
        if let Payload::DataSection(reader) = payload? {
            return Ok(reader.count());
        }
    }
    Ok(0)
}

/// Length and segment of the copy that the import `name` makes, if wasmtime expands it inline:
/// the length is then a constant.
fn one_init(name: &str, segment: u32, stride: u32) -> Option<(u32, u32)> {
    match name {
        "row" if stride <= MAX_INLINE_BYTES => Some((stride, segment)),
        "fold" => Some((4, segment + 1)),
        "lexicon_bucket" => Some((BUCKET_LEN as u32, segment)),
        _ => None,
    }
}

/// The body that replaces the import `name`.
fn body(name: &str, segment: u32, stride: u32) -> Option<Function> {
    let mut function = Function::new([]);
    let mut init = |at: u32, len: Instruction<'static>, data_index: u32| {
        for local in [0, 1] {
            function.instruction(&Instruction::LocalGet(local));
            if at > 0 {
                function.instruction(&Instruction::I32Const(at as i32));
                function.instruction(&Instruction::I32Add);
            }
        }
        function.instruction(&len);
        function.instruction(&Instruction::MemoryInit { mem: 0, data_index });
    };
    let constant = |len: u32| Instruction::I32Const(len as i32);
    match (name, one_init(name, segment, stride)) {
        (_, Some((len, data_index))) => init(0, constant(len), data_index),
        ("read", None) => init(0, Instruction::LocalGet(2), segment),
        ("row", None) if stride <= MAX_INLINE_BYTES * MAX_PIECES => {
            for at in (0..stride).step_by(MAX_INLINE_BYTES as usize) {
                init(at, constant((stride - at).min(MAX_INLINE_BYTES)), segment);
            }
        }
        ("row", None) => init(0, constant(stride), segment),
        _ => return None,
    }
    function.instruction(&Instruction::End);
    Some(function)
}

/// `body` with each call of an import that is one `memory.init` replaced by that: `inits` has, at a
/// function's index, how many bytes of which segment.
fn inline_calls(
    body: &FunctionBody<'_>,
    inits: &[Option<(u32, u32)>],
) -> wasmparser::Result<Vec<u8>> {
    let (bytes, start) = (body.as_bytes(), body.range().start);
    let (mut out, mut copied) = (Vec::with_capacity(bytes.len()), 0);
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        let (operator, at) = reader.read_with_offset()?;
        let Operator::Call { function_index } = operator else { continue };
        if let Some(Some((len, data_index))) = inits.get(function_index as usize).copied() {
            out.extend_from_slice(&bytes[copied..at - start]);
            Instruction::I32Const(len as i32).encode(&mut out);
            Instruction::MemoryInit { mem: 0, data_index }.encode(&mut out);
            copied = reader.original_position() - start;
        }
    }
    out.extend_from_slice(&bytes[copied..]);
    Ok(out)
}
