//! Small tables as Rust structs: one macro gives a struct its schema, its batch and its way back.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampNanosecondType, UInt64Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, ListArray, StringArray, TimestampNanosecondArray,
    UInt64Array,
};
use arrow_schema::{DataType, Field, TimeUnit};

use crate::{Error, ErrorKind, Result, Timestamp};

/// A Rust type that is stored as one Arrow column.
pub trait Cell: Sized {
    /// Arrow type of the column.
    fn data_type() -> DataType;
    /// Whether the column may hold nulls.
    const NULLABLE: bool;
    /// Column of these values.
    fn to_array(values: impl Iterator<Item = Self>) -> ArrayRef;
    /// Value in row `row`, or `None` if the array has another type.
    fn read(array: &dyn Array, row: usize) -> Option<Self>;
}

/// Type of every time column.
pub fn time_type() -> DataType {
    DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()))
}

impl Cell for String {
    const NULLABLE: bool = false;
    fn data_type() -> DataType {
        DataType::Utf8
    }
    fn to_array(values: impl Iterator<Item = Self>) -> ArrayRef {
        Arc::new(StringArray::from_iter_values(values))
    }
    fn read(array: &dyn Array, row: usize) -> Option<Self> {
        Some(array.as_string_opt::<i32>()?.value(row).to_owned())
    }
}

impl Cell for Option<String> {
    const NULLABLE: bool = true;
    fn data_type() -> DataType {
        DataType::Utf8
    }
    fn to_array(values: impl Iterator<Item = Self>) -> ArrayRef {
        Arc::new(values.collect::<StringArray>())
    }
    fn read(array: &dyn Array, row: usize) -> Option<Self> {
        let array = array.as_string_opt::<i32>()?;
        Some(array.is_valid(row).then(|| array.value(row).to_owned()))
    }
}

impl Cell for Vec<String> {
    const NULLABLE: bool = false;
    fn data_type() -> DataType {
        DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)))
    }
    fn to_array(values: impl Iterator<Item = Self>) -> ArrayRef {
        let mut builder = ListBuilder::new(StringBuilder::new());
        for list in values {
            builder.append_value(list.iter().map(Some));
        }
        Arc::new(builder.finish())
    }
    fn read(array: &dyn Array, row: usize) -> Option<Self> {
        let list: &ListArray = array.as_list_opt()?;
        let values = list.value(row);
        let values = values.as_string_opt::<i32>()?;
        Some(values.iter().flatten().map(str::to_owned).collect())
    }
}

impl Cell for Timestamp {
    const NULLABLE: bool = false;
    fn data_type() -> DataType {
        time_type()
    }
    fn to_array(values: impl Iterator<Item = Self>) -> ArrayRef {
        let array = TimestampNanosecondArray::from_iter_values(values.map(|time| time.0));
        Arc::new(array.with_timezone("UTC"))
    }
    fn read(array: &dyn Array, row: usize) -> Option<Self> {
        let array = array.as_primitive_opt::<TimestampNanosecondType>()?;
        Some(Self(array.value(row)))
    }
}

impl Cell for Option<Timestamp> {
    const NULLABLE: bool = true;
    fn data_type() -> DataType {
        time_type()
    }
    fn to_array(values: impl Iterator<Item = Self>) -> ArrayRef {
        let array: TimestampNanosecondArray = values.map(|time| time.map(|time| time.0)).collect();
        Arc::new(array.with_timezone("UTC"))
    }
    fn read(array: &dyn Array, row: usize) -> Option<Self> {
        let array = array.as_primitive_opt::<TimestampNanosecondType>()?;
        Some(array.is_valid(row).then(|| Timestamp(array.value(row))))
    }
}

impl Cell for f64 {
    const NULLABLE: bool = false;
    fn data_type() -> DataType {
        DataType::Float64
    }
    fn to_array(values: impl Iterator<Item = Self>) -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(values))
    }
    fn read(array: &dyn Array, row: usize) -> Option<Self> {
        Some(array.as_primitive_opt::<Float64Type>()?.value(row))
    }
}

impl Cell for u64 {
    const NULLABLE: bool = false;
    fn data_type() -> DataType {
        DataType::UInt64
    }
    fn to_array(values: impl Iterator<Item = Self>) -> ArrayRef {
        Arc::new(UInt64Array::from_iter_values(values))
    }
    fn read(array: &dyn Array, row: usize) -> Option<Self> {
        Some(array.as_primitive_opt::<UInt64Type>()?.value(row))
    }
}

impl Cell for Option<u64> {
    const NULLABLE: bool = true;
    fn data_type() -> DataType {
        DataType::UInt64
    }
    fn to_array(values: impl Iterator<Item = Self>) -> ArrayRef {
        Arc::new(values.collect::<UInt64Array>())
    }
    fn read(array: &dyn Array, row: usize) -> Option<Self> {
        let array = array.as_primitive_opt::<UInt64Type>()?;
        Some(array.is_valid(row).then(|| array.value(row)))
    }
}

impl Cell for bool {
    const NULLABLE: bool = false;
    fn data_type() -> DataType {
        DataType::Boolean
    }
    fn to_array(values: impl Iterator<Item = Self>) -> ArrayRef {
        Arc::new(BooleanArray::from(values.collect::<Vec<_>>()))
    }
    fn read(array: &dyn Array, row: usize) -> Option<Self> {
        Some(array.as_boolean_opt()?.value(row))
    }
}

/// Error for a column that is missing or has another type than its schema says.
pub fn wrong_column(table: &str, column: &str) -> Error {
    Error::new(
        ErrorKind::InvalidData,
        format!("table {table}: read a batch"),
        format!(
            "column `{column}` is missing or has another type than version {} of the schema",
            super::SCHEMA_VERSION
        ),
    )
}

/// Reads one column of all rows of `batch`.
///
/// # Errors
/// [`ErrorKind::InvalidData`] where it is missing or has another type.
pub fn read_column<T: Cell>(
    batch: &arrow_array::RecordBatch,
    table: &str,
    column: &str,
) -> Result<Vec<T>> {
    let array = batch
        .column_by_name(column)
        .ok_or_else(|| wrong_column(table, column))?;
    (0..batch.num_rows())
        .map(|row| T::read(array, row).ok_or_else(|| wrong_column(table, column)))
        .collect()
}

/// Enum that is stored as its lower-case word, with `as_str`, `Display`, serde and [`Cell`].
#[macro_export]
macro_rules! word_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name { $($(#[$variant_meta])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// All values, in the order of their definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that stands for this value in tables and reports.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value that `word` stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::tables::rows::Cell for $name {
            const NULLABLE: bool = false;
            fn data_type() -> arrow_schema::DataType {
                <String as $crate::tables::rows::Cell>::data_type()
            }
            fn to_array(values: impl Iterator<Item = Self>) -> arrow_array::ArrayRef {
                let words = values.map(|value| value.as_str().to_owned());
                <String as $crate::tables::rows::Cell>::to_array(words)
            }
            fn read(array: &dyn arrow_array::Array, row: usize) -> Option<Self> {
                let word = <String as $crate::tables::rows::Cell>::read(array, row)?;
                Self::from_word(&word)
            }
        }

        impl $crate::tables::rows::Cell for Option<$name> {
            const NULLABLE: bool = true;
            fn data_type() -> arrow_schema::DataType {
                <String as $crate::tables::rows::Cell>::data_type()
            }
            fn to_array(values: impl Iterator<Item = Self>) -> arrow_array::ArrayRef {
                let words = values.map(|value| value.map(|value| value.as_str().to_owned()));
                <Option<String> as $crate::tables::rows::Cell>::to_array(words)
            }
            fn read(array: &dyn arrow_array::Array, row: usize) -> Option<Self> {
                match <Option<String> as $crate::tables::rows::Cell>::read(array, row)? {
                    Some(word) => $name::from_word(&word).map(Some),
                    None => Some(None),
                }
            }
        }
    };
}

/// Struct that is one row of a small table: gives it `schema`, `to_batch` and `from_batch`.
#[macro_export]
macro_rules! row_struct {
    (
        table $table:literal;
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)+
        }
    ) => {
        $(#[$meta])*
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)+ }

        impl $name {
            /// Arrow schema of the table.
            pub fn schema() -> arrow_schema::SchemaRef {
                std::sync::Arc::new(arrow_schema::Schema::new(vec![$(
                    arrow_schema::Field::new(
                        stringify!($field),
                        <$type as $crate::tables::rows::Cell>::data_type(),
                        <$type as $crate::tables::rows::Cell>::NULLABLE,
                    ),
                )+]))
            }

            /// Batch of these rows, in their order.
            ///
            /// # Errors
            /// [`ErrorKind::Internal`](crate::ErrorKind::Internal) if the columns do not fit the
            /// schema.
            pub fn to_batch(rows: &[Self]) -> $crate::Result<arrow_array::RecordBatch> {
                let columns = vec![$(
                    <$type as $crate::tables::rows::Cell>::to_array(
                        rows.iter().map(|row| row.$field.clone()),
                    ),
                )+];
                arrow_array::RecordBatch::try_new(Self::schema(), columns).map_err(|error| {
                    $crate::Error::new(
                        $crate::ErrorKind::Internal,
                        concat!("table ", $table, ": build a batch"),
                        error.to_string(),
                    )
                })
            }

            /// Rows of a batch.
            ///
            /// # Errors
            /// [`ErrorKind::InvalidData`](crate::ErrorKind::InvalidData) if a column is missing or
            /// has another type.
            pub fn from_batch(batch: &arrow_array::RecordBatch) -> $crate::Result<Vec<Self>> {
                $(
                    let column = stringify!($field);
                    let mut $field =
                        $crate::tables::rows::read_column::<$type>(batch, $table, column)?
                            .into_iter();
                )+
                let mut rows = Vec::with_capacity(batch.num_rows());
                while let ($(Some($field),)+) = ($($field.next(),)+) {
                    rows.push(Self { $($field,)+ });
                }
                Ok(rows)
            }
        }
    };
}
