//! The `vrl` crate: the engine of Vector's remap transform alone, with a compiled program. Its rows
//! are not made into columns.

use std::hint::black_box;

use anyhow::{Context as _, Result, anyhow};
use vrl::compiler::state::RuntimeState;
use vrl::compiler::{Context, Function, TargetValue, TimeZone, compile};
use vrl::value::{KeyString, ObjectMap, Secrets, Value};

use crate::columns::lines;
use crate::corpora::Corpus;

/// The functions that the programs use. All of them would take minutes longer to build.
fn functions() -> Vec<Box<dyn Function>> {
    use vrl::stdlib::{Array, MapValues, ParseJson, Split, StartsWith, String};
    vec![
        Box::new(Array),
        Box::new(MapValues),
        Box::new(ParseJson),
        Box::new(Split),
        Box::new(StartsWith),
        Box::new(String),
    ]
}

/// Reads the file of a corpus; gives the number of rows.
pub(crate) fn read(corpus: Corpus, text: &str) -> Result<u64> {
    let program = compile(&corpus.remap_program(), &functions())
        .map_err(|errors| anyhow!("the program does not compile: {errors:?}"))?
        .program;
    let zone = TimeZone::default();
    let mut state = RuntimeState::default();
    let mut rows = 0;
    for line in lines(text) {
        let mut event = ObjectMap::new();
        event.insert(KeyString::from("message"), Value::from(line));
        let mut target = TargetValue {
            value: Value::Object(event),
            metadata: Value::Object(ObjectMap::new()),
            secrets: Secrets::new(),
        };
        state.clear();
        let mut context = Context::new(&mut target, &mut state, &zone);
        let result = program.resolve(&mut context);
        black_box(result.map_err(|error| anyhow!("a line was not remapped: {error:?}"))?);
        let many = target.value.as_object().context("no object")?.get("rows");
        rows += many
            .and_then(Value::as_array)
            .map_or(1, |rows| rows.len() as u64);
        black_box(&target.value);
    }
    Ok(rows)
}
