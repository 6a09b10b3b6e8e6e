//! Files of a store.
//!
//! Rows are written to a hidden folder first, which then gets its name: what was interrupted is
//! never read.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use arrow_array::{RecordBatch, new_null_array};
use arrow_schema::{ArrowError, FieldRef, Schema, SchemaRef};
use bytes::Bytes;
use nepho_core::tables::{Change, Relation, Resource};
use nepho_core::{Error, ErrorKind, Result};

use super::{Loaded, Rows, StateVersion};
use crate::containers::parquet::caught;
use crate::input::SkippedInput;
use crate::output::{OutputFormat, write_table};

/// Tells that a folder is a store.
const MARKER: &str = "nepho-map.json";
/// Version of the form of stores that is written, and the highest that is read.
const FORM: u64 = 1;
const READ_ROWS: usize = 8_192;

/// Whether a path is a folder with a stored map.
pub fn is_store(path: &Path) -> bool {
    path.join(MARKER).is_file()
}

/// Makes a store of a folder that is empty or not there.
pub(super) fn prepare(folder: &Path) -> Result<()> {
    if is_store(folder) {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(|error| failed("make", folder, &error))?;
    let mut entries = entries(folder)?.into_iter();
    // What an interrupted run left is hidden.
    if entries.any(|(name, _)| !name.starts_with('.')) {
        return Err(Error::new(
            ErrorKind::InvalidConfig,
            format!("store the map in `{}`", folder.display()),
            "the folder is not empty, and holds no stored map",
        ));
    }
    let marker = format!("{{\"format\":\"nepho-map\",\"version\":{FORM}}}\n");
    let (written, path) = (folder.join(".new"), folder.join(MARKER));
    fs::write(&written, marker).map_err(|error| failed("write", &written, &error))?;
    fs::rename(&written, &path).map_err(|error| failed("name", &path, &error))
}

/// Checks that a store has a form that can be read.
pub(super) fn check(folder: &Path) -> Result<()> {
    let path = folder.join(MARKER);
    let text = fs::read_to_string(&path).map_err(|error| failed("read", &path, &error))?;
    let marker: Option<serde_json::Value> = serde_json::from_str(&text).ok();
    let version = marker.as_ref().and_then(|marker| marker.get("version"));
    match version.and_then(serde_json::Value::as_u64) {
        Some(version) if version <= FORM => Ok(()),
        Some(version) => Err(Error::new(
            ErrorKind::Unsupported,
            format!("read `{}`", path.display()),
            format!("form {version} of stored maps is newer than {FORM}"),
        )),
        None => Err(Error::new(
            ErrorKind::InvalidData,
            format!("read `{}`", path.display()),
            "it tells no version",
        )),
    }
}

/// Rows that were written together.
pub(super) struct Segment {
    pub(super) number: u64,
    pub(super) day: String,
    folder: PathBuf,
}

/// All segments of a store, in the order of their numbers.
pub(super) struct Segments {
    pub(super) log: Vec<Segment>,
    pub(super) keyframes: Vec<Segment>,
}

impl Segments {
    /// The highest number.
    pub(super) fn last(&self) -> u64 {
        let numbers = self.log.iter().chain(&self.keyframes);
        numbers.map(|segment| segment.number).max().unwrap_or(0)
    }
}

/// Segments of a store.
pub(super) fn segments(folder: &Path) -> Result<Segments> {
    Ok(Segments {
        log: of_kind(&folder.join("log"))?,
        keyframes: of_kind(&folder.join("keyframe"))?,
    })
}

fn of_kind(folder: &Path) -> Result<Vec<Segment>> {
    let mut found = Vec::new();
    for (name, day_folder) in entries(folder)? {
        let Some(day) = name.strip_prefix("day=") else {
            continue;
        };
        for (name, folder) in entries(&day_folder)? {
            if let Ok(number) = name.parse() {
                found.push(Segment {
                    number,
                    day: day.to_owned(),
                    folder,
                });
            }
        }
    }
    found.sort_by_key(|segment| segment.number);
    Ok(found)
}

/// Names and paths in a folder; none if it is not there.
fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed("read", folder, &error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| failed("read", folder, &error))?;
        found.push((
            entry.file_name().to_string_lossy().into_owned(),
            entry.path(),
        ));
    }
    Ok(found)
}

impl Segment {
    /// Rows of the segment; files that cannot be read are noted.
    pub(super) fn read(&self, loaded: &mut Loaded) -> Rows {
        Rows {
            nodes: self.rows("nodes", Resource::schema(), loaded, Resource::from_batch),
            edges: self.rows("edges", Relation::schema(), loaded, Relation::from_batch),
            lives: self.rows("lives", Change::schema(), loaded, Change::from_batch),
            versions: self.rows(
                "versions",
                StateVersion::schema(),
                loaded,
                StateVersion::from_batch,
            ),
        }
    }

    fn rows<R>(
        &self,
        table: &str,
        schema: SchemaRef,
        loaded: &mut Loaded,
        from_batch: impl Fn(&RecordBatch) -> Result<Vec<R>>,
    ) -> Vec<R> {
        let path = self.folder.join(format!("{table}.parquet"));
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            // A table without rows is not written.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
            Err(error) => {
                loaded.damaged.push(damaged(&path, &error.to_string()));
                return Vec::new();
            }
        };
        loaded.bytes += bytes.len() as u64;
        match caught(|| read(bytes, &schema, from_batch)) {
            Ok(rows) => rows,
            Err(reason) => {
                loaded.damaged.push(damaged(&path, &reason));
                Vec::new()
            }
        }
    }
}

/// All rows of a file, or why it cannot be read.
fn read<R>(
    bytes: Vec<u8>,
    schema: &Schema,
    from_batch: impl Fn(&RecordBatch) -> Result<Vec<R>>,
) -> std::result::Result<Vec<R>, String> {
    let reader = ParquetRecordBatchReader::try_new(Bytes::from(bytes), READ_ROWS);
    let mut rows = Vec::new();
    for batch in reader.map_err(|error| error.to_string())? {
        let batch = batch.map_err(|error| error.to_string())?;
        let batch = completed(&batch, schema).map_err(|error| error.to_string())?;
        rows.extend(from_batch(&batch).map_err(|error| error.to_string())?);
    }
    Ok(rows)
}

/// The batch with columns that the table has got since the file was written, without values.
fn completed(batch: &RecordBatch, schema: &Schema) -> std::result::Result<RecordBatch, ArrowError> {
    let mut fields: Vec<FieldRef> = batch.schema().fields().iter().cloned().collect();
    let mut columns = batch.columns().to_vec();
    for field in schema.fields() {
        if field.is_nullable() && batch.column_by_name(field.name()).is_none() {
            columns.push(new_null_array(field.data_type(), batch.num_rows()));
            fields.push(Arc::clone(field));
        }
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn damaged(path: &Path, reason: &str) -> SkippedInput {
    SkippedInput::unread(path.display().to_string(), reason)
}

/// Writes rows as a segment, which appears as a whole.
pub(super) fn write(folder: &Path, kind: &str, day: &str, number: u64, rows: &Rows) -> Result<()> {
    let parent = folder.join(kind).join(format!("day={day}"));
    fs::create_dir_all(&parent).map_err(|error| failed("make", &parent, &error))?;
    let written = parent.join(format!(".{number:06}-{}", std::process::id()));
    // What an interrupted run of the same number left.
    let _ = fs::remove_dir_all(&written);
    fs::create_dir_all(&written).map_err(|error| failed("make", &written, &error))?;
    table(&written, "nodes", &rows.nodes, Resource::to_batch)?;
    table(&written, "edges", &rows.edges, Relation::to_batch)?;
    table(&written, "lives", &rows.lives, Change::to_batch)?;
    table(&written, "versions", &rows.versions, StateVersion::to_batch)?;
    let named = parent.join(format!("{number:06}"));
    fs::rename(&written, &named).map_err(|error| {
        let _ = fs::remove_dir_all(&written);
        failed("name", &named, &error)
    })
}

fn table<R>(
    folder: &Path,
    name: &str,
    rows: &[R],
    to_batch: impl Fn(&[R]) -> Result<RecordBatch>,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let path = folder.join(format!("{name}.parquet"));
    let file = File::create(&path).map_err(|error| failed("write", &path, &error))?;
    write_table(&file, OutputFormat::Parquet, &to_batch(rows)?)?;
    file.sync_all()
        .map_err(|error| failed("write", &path, &error))
}

fn failed(verb: &str, path: &Path, error: &io::Error) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        format!("stored map: {verb} `{}`", path.display()),
        error.to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_before_a_column_are_read() {
        let row = Resource {
            key: "a".to_owned(),
            region: Some("eu-west-1".to_owned()),
            line: 7,
            ..Resource::default()
        };
        let batch = Resource::to_batch(std::slice::from_ref(&row)).expect("a batch");
        let without = |name: &str| {
            let schema = batch.schema();
            let names = schema.fields().iter().enumerate();
            let kept = names.filter(|(_, field)| field.name() != name);
            let kept: Vec<usize> = kept.map(|(place, _)| place).collect();
            let part = batch.project(&kept).expect("columns");
            let mut bytes = Vec::new();
            write_table(&mut bytes, OutputFormat::Parquet, &part).expect("written");
            read(bytes, &Resource::schema(), Resource::from_batch)
        };
        let expected = Resource {
            region: None,
            ..row.clone()
        };
        assert_eq!(without("region"), Ok(vec![expected]));
        assert_eq!(without("none"), Ok(vec![row]));
        assert!(without("key").is_err());
    }
}
