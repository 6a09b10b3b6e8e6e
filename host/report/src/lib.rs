//! Renders what Nephoscope found: as versioned JSON, as text for a terminal, as one HTML page.
//!
//! The host fills [`Inputs`], hands over findings, changes and rejects, and gets a [`Report`]. The
//! report is the same for the same input; [`render_text`] and [`render_html`] show it and add
//! nothing of their own.
//!
//! ```
//! use nepho_report::{Inputs, Report, TextOptions, render_html, render_map, render_text};
//!
//! let report = Report::build(Inputs::default(), Vec::new(), Vec::new(), Vec::new());
//! assert!(render_text(&report, &TextOptions::default()).contains("Nothing was read"));
//! assert!(render_html(&report).starts_with("<!doctype html>"));
//! ```

mod build;
mod html;
mod inputs;
mod map;
mod model;
mod reference;
mod select;
mod text;
mod timeline;
mod untimed;
mod verdict;
mod words;

pub use html::render_html;
pub use inputs::{
    FormatCount, InputFile, InputTotals, Inputs, LeftOutRows, Selection, SkippedFile, WrappingCount,
};
pub use map::{
    MAP_SCHEMA, Map, MapEdge, MapNode, MapSpan, MapTotals, map_reference_markdown, map_schema_text,
    render_dot, render_graphml, render_mermaid,
};
pub use model::{Conclusion, Report, ReportedChange, SCHEMA};
pub use nepho_core::rejects::{ReasonCount, Rejects};
pub use reference::{
    json_schema, reference_markdown, schema_text, timeline_markdown, timeline_schema_text,
};
pub use text::{
    Style, TextOptions, Verbosity, render_change, render_map, render_rewritten, render_text,
    render_timeline,
};
pub use timeline::{
    ChangeSelection, Choices, ClassCount, Consequence, Entry, EntryKind, FollowedChange,
    FollowedState, Maker, RewrittenState, RunCounts, RunHead, TIMELINE_SCHEMA, Timeline,
    TimelineChange, TimelineSource,
};
pub use words::clean;
