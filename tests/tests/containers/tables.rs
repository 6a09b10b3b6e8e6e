//! Tables: CSV with a header and Parquet.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, MapBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray, StructArray,
    TimestampMillisecondArray,
};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::{check, counts, file, parse, reason};

fn parquet(rows: usize) -> Vec<u8> {
    let texts = |values: &dyn Fn(usize) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values((0..rows).map(values)))
    };
    let actor: ArrayRef = texts(&|row| format!("user-{row}"));
    let actor = StructArray::try_from(vec![("name", actor)]).expect("a struct");
    let mut list = ListBuilder::new(StringBuilder::new());
    let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for _ in 0..rows {
        list.values().append_value("a");
        list.append(true);
        map.keys().append_value("k");
        map.values().append_value("v\"");
        map.append(true).expect("a map");
    }
    let price = Decimal128Array::from_iter_values((0..rows).map(|_| -5));
    let price = price.with_precision_and_scale(10, 2).expect("a decimal");
    let missing: Vec<Option<i64>> = (0..rows).map(|row| (row % 2 == 1).then_some(7)).collect();
    let times = (0..rows as i64).map(|row| 1_778_594_400_123 + row);
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "time",
            Arc::new(TimestampMillisecondArray::from_iter_values(times)),
        ),
        ("message", texts(&|row| format!("row {row}"))),
        ("actor", Arc::new(actor)),
        ("tags", Arc::new(list.finish())),
        ("labels", Arc::new(map.finish())),
        ("price", Arc::new(price)),
        ("missing", Arc::new(Int64Array::from(missing))),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("a batch");
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(rows.div_ceil(2)))
        .build();
    let mut writer =
        ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).expect("a writer");
    writer.write(&batch).expect("written");
    writer.into_inner().expect("a file")
}

#[test]
fn rows_of_parquet_are_objects() {
    let (rows, explanation) = check("rows.parquet", &parquet(4), &[("rows.parquet", 4)]);
    assert_eq!(
        rows.rows[0].3,
        r#"{"time":"2026-05-12T14:00:00.123Z","message":"row 0","actor":{"name":"user-0"},"tags":["a"],"labels":{"k":"v\""},"price":"-0.05"}"#
    );
    assert!(rows.rows[1].3.ends_with(r#""price":"-0.05","missing":7}"#));
    assert!(rows.rows[3].0.ends_with("rows.parquet:4"));
    assert_eq!(rows.rows[2].2, "row 2");
    assert_eq!(explanation.inputs[0].compression, ["parquet"]);
    let inside = super::zip(&[("a/part-0.parquet", &parquet(3000))]);
    check("p.zip", &inside, &[("p.zip!/a/part-0.parquet", 3000)]);
}

#[test]
fn broken_parquet_is_told_with_its_place() {
    let whole = parquet(2000);
    let (rows, _) = check("cut.parquet", &whole[..whole.len() / 2], &[]);
    reason(&rows, "parquet: it has no footer");
    let mut damaged = whole.clone();
    for byte in &mut damaged[4..400] {
        *byte ^= 0x5a;
    }
    let (found, rows, _) = counts(&file("damaged.parquet", &damaged));
    assert_eq!(found.get("damaged.parquet"), Some(&1000), "the other group");
    let reject = reason(
        &rows,
        "parquet: row group 0 cannot be read beyond its row 0",
    );
    assert!(reject.end > reject.start);
    let whole = parquet(20);
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        let mut damaged = whole.clone();
        damaged[at] = damaged[at].wrapping_add(85);
        parse(&file("flip.parquet", &damaged));
    }
}

#[test]
fn rows_of_csv_are_objects_and_their_header_is_structure() {
    let text = "\u{feff}TimeGenerated [UTC];Level;Message\r\n\
        2026-05-12 14:00:00;Error;\"could not\nconnect; \"\"db\"\"\"\r\n\
        2026-05-12 14:00:01;Info;ok\r\n\
        2026-05-12 14:00:01;Info;ok\r\n\
        2026-05-12 14:00:01;Info;ok\r\n\
        2026-05-12 14:00:02;Info\r\n";
    let (rows, explanation) = check("t.csv", text.as_bytes(), &[("t.csv", 4)]);
    assert_eq!(explanation.inputs[0].structure, 1);
    assert_eq!(
        rows.rows[0].3,
        r#"{"TimeGenerated":"2026-05-12 14:00:00","Level":"Error","Message":"could not\nconnect; \"db\""}"#
    );
    let places: Vec<_> = rows
        .rows
        .iter()
        .map(|row| row.0.rsplit(':').next())
        .collect();
    assert_eq!(places, [Some("2"), Some("4"), Some("5"), Some("6")]);
    let reject = reason(&rows, "csv: the row has 2 fields, the header 3");
    assert_eq!(reject.line, 7);
    let start = text.find("2026-05-12 14:00:02").expect("there") as u64;
    assert_eq!(reject.start, start);
}

#[test]
fn results_of_logs_insights_are_the_lines_in_them() {
    let text = "@timestamp,@message,@logStream,@log\n\
        2026-05-12 14:00:00.000,\"{\"\"level\"\":\"\"error\"\",\"\"msg\"\":\"\"no db\"\"}\",s1,111122223333:/aws/lambda/cart\n\
        2026-05-12 14:00:01.000,\"START RequestId: 1\n\",s1,111122223333:/aws/lambda/cart\n";
    let (rows, _) = check("i.csv", text.as_bytes(), &[("i.csv", 2)]);
    assert_eq!(rows.rows[0].2, "no db", "{:?}", rows.rows);
}

#[test]
fn large_tables_are_cut_between_rows() {
    let mut text = String::from("time,number,message\n");
    for row in 0..60_000 {
        text.push_str(&format!("2026-05-12T14:00:00Z,{row},\"two\nlines\"\n"));
    }
    let (rows, _) = check("large.csv", text.as_bytes(), &[("large.csv", 60_000)]);
    assert!(rows.rejects.is_empty(), "{:?}", rows.rejects.first());
    assert!(
        rows.rows[59_999]
            .3
            .contains(r#""number":"59999","message":"two\nlines""#)
    );
}
