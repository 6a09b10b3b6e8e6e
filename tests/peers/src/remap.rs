//! The `vrl` crate: the engine of Vector's remap transform alone, with a compiled program. Its rows
//! are not made into columns.

use std::hint::black_box;

use anyhow::{Result, anyhow, bail};
use vrl::compiler::state::RuntimeState;
use vrl::compiler::{Context, Function, Program, TargetValue, TimeZone, compile};
use vrl::value::{KeyString, ObjectMap, Secrets, Value};

use crate::columns::lines;
use crate::corpora::Corpus;

/// Parses a line that is to be split. Its value is taken, as assigning it to `.` would copy it.
const PARSE: &str = "parse_json!(string!(.message))";

/// The functions that the programs use. All of them would take minutes longer to build.
fn functions() -> Vec<Box<dyn Function>> {
    use vrl::stdlib::{ParseJson, Split, StartsWith, String};
    vec![
        Box::new(ParseJson),
        Box::new(Split),
        Box::new(StartsWith),
        Box::new(String),
    ]
}

/// Reads the file of a corpus; gives the number of rows.
pub(crate) fn read(corpus: Corpus, text: &str) -> Result<u64> {
    let mut parse = Remap::new(PARSE)?;
    let mut pick = Remap::new(&corpus.remap_program())?;
    let mut rows = 0;
    for line in lines(text) {
        let mut event = ObjectMap::new();
        event.insert(KeyString::from("message"), Value::from(line));
        let Some(key) = corpus.remap_split() else {
            black_box(pick.run(Value::Object(event))?);
            rows += 1;
            continue;
        };
        let (_, parsed) = parse.run(Value::Object(event))?;
        let Value::Object(mut envelope) = parsed else {
            bail!("a line is no object");
        };
        let Some(Value::Array(events)) = envelope.remove(key) else {
            bail!("a line has no array `{key}`");
        };
        for mut event in events {
            if let Value::Object(event) = &mut event {
                for key in ["owner", "logGroup", "logStream"] {
                    if let Some(value) = envelope.get(key) {
                        event.insert(KeyString::from(key), value.clone());
                    }
                }
            }
            black_box(pick.run(event)?);
            rows += 1;
        }
    }
    Ok(rows)
}

/// A compiled program and the state that it runs in.
struct Remap {
    program: Program,
    state: RuntimeState,
    zone: TimeZone,
}

impl Remap {
    fn new(source: &str) -> Result<Self> {
        let compiled = compile(source, &functions());
        let compiled =
            compiled.map_err(|errors| anyhow!("the program does not compile: {errors:?}"))?;
        Ok(Self {
            program: compiled.program,
            state: RuntimeState::default(),
            zone: TimeZone::default(),
        })
    }

    /// What the program makes of an event, and the value of its last expression.
    fn run(&mut self, event: Value) -> Result<(Value, Value)> {
        let mut target = TargetValue {
            value: event,
            metadata: Value::Object(ObjectMap::new()),
            secrets: Secrets::new(),
        };
        self.state.clear();
        let mut context = Context::new(&mut target, &mut self.state, &self.zone);
        let result = self.program.resolve(&mut context);
        let last = result.map_err(|error| anyhow!("an event was not remapped: {error:?}"))?;
        Ok((target.value, last))
    }
}
