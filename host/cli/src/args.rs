//! The arguments of the command. The texts here are its manual.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::{NonEmptyStringValueParser, OsStringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use nepho::output::OutputFormat;
use nepho::output::schemas::Schema;
use nepho::{ClusterName, ServiceName, TimeRange, Zone};
use nepho_core::findings::WriteClass;
use nepho_core::{Error, ErrorKind, Timestamp};

use crate::moment;

/// What `--version` prints: the version, and whether objects and APIs of the clouds can be read.
#[cfg(feature = "live")]
const LONG_VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\nfeatures: +live");
#[cfg(not(feature = "live"))]
const LONG_VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\nfeatures: -live");

/// What stands behind the commands: how it is begun with, and what a run ends with.
const AFTER_HELP: &str = "Examples:
  nepho demo
  nepho explain logs/ terraform.tfstate apply.jsonl
  nepho changes --since 7d cloudtrail/ iac/
  kubectl logs deploy/checkout | nepho explain --stdin-name checkout - iac/

Exit codes:
  0  the command did what it says, whether or not there is an incident or a change
  1  nothing could be read, the output could not be written, or, with --strict, something was lost
  2  an argument is wrong";

/// Reads the logs of AWS, Azure and Google Cloud together with what Terraform, CloudFormation and
/// Pulumi changed, and says what broke first, what only followed, and which change did it - or that
/// none did.
#[derive(Parser)]
#[command(
    name = "nepho",
    version,
    long_version = LONG_VERSION,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = AFTER_HELP
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Explain what happened in a set of logs and infrastructure files.
    ///
    /// Log files and IaC files may be mixed, in any order, also in archives; nothing needs to
    /// be configured.
    #[command(
        after_help = "Examples:\n  nepho explain logs/ terraform.tfstate apply.jsonl\n  nepho explain --since 2026-05-12T14:00:00Z --html report.html 's3-copy/**/*.gz'\n  kubectl logs deploy/checkout | nepho explain --stdin-name checkout -"
    )]
    Explain(ExplainArgs),
    /// Show which resources and services there were at a time, and what needs what.
    ///
    /// The map is made of everything that infrastructure files and logs tell. An edge leads from
    /// what depends to what it depends on; failure travels the other way.
    #[command(
        after_help = "Examples:\n  nepho map terraform.tfstate\n  nepho map --resource order-db --at 2026-05-12T14:35:00Z logs/ iac/\n  nepho map --service checkout --hops 2 --format dot logs/ iac/ | dot -Tsvg > checkout.svg\n  nepho map --store known/ logs/ iac/ && nepho map --at 2026-05-12 known/"
    )]
    #[command(mut_arg("verbose", |arg| {
        arg.help("Show more: every resource of large groups, and the evidence of each edge around what is asked for")
    }))]
    Map(MapArgs),
    /// Tell what changed, when, by whom and by what means, as a timeline.
    ///
    /// Reads documents of infrastructure tools and audit logs, in any order. Changes stand in the
    /// runs that made them; what was changed by hand stands between.
    #[command(
        after_help = "Examples:\n  nepho changes cloudtrail/ terraform.tfstate apply.jsonl\n  nepho changes --resource sg-0f1e2d3c4b5a69788 --since 7d logs/\n  nepho changes --class by-hand --json logs/ | jq '.drift'\n  nepho changes --output parquet --to changes.parquet logs/ iac/\n  nepho changes --follow --every 1m s3://states/shop/"
    )]
    #[command(mut_arg("verbose", |arg| {
        arg.help("Show more: all changes of each run, their resources, and where each is told")
    }))]
    Changes(ChangesArgs),
    /// Explain an afternoon of a shop on three clouds, from data that the program carries.
    Demo(DemoArgs),
    /// Write logs as rows of one schema: NDJSON, Parquet or Arrow IPC.
    #[command(
        after_help = concat!(
            "Examples:\n",
            "  nepho parse logs/ | jq 'select(.severity >= 17)'\n",
            "  nepho parse --output parquet --to rows.parquet logs/\n",
            "  nepho parse --as otlp --to logs.jsonl logs/"
        )
    )]
    Parse(ParseArgs),
    /// List what is built in: formats, feeds, analyzers, and the permissions that an export takes.
    ///
    /// Permissions are those of the tools of a cloud that give the logs or documents as files. The
    /// command reads files and needs none.
    Components(ComponentsArgs),
    /// Print the completions of a shell: nepho completions bash > /etc/bash_completion.d/nepho
    Completions {
        /// Shell to print them for.
        shell: clap_complete::Shell,
    },
    /// Print a page for man: nepho man explain | man -l -
    Man {
        /// Command to print the page of [default: nepho itself].
        #[arg(value_parser = word())]
        command: Option<String>,
    },
}

/// What is read.
#[derive(Args)]
pub(crate) struct InputArgs {
    /// Files, folders, globs, or - for standard input; also what `nepho map --store` made.
    ///
    /// Where the program was built with the feature `live`, also addresses: `s3://BUCKET/PREFIX`,
    /// `gs://BUCKET/PREFIX`, `az://CONTAINER/PREFIX`, `cloudformation://REGION[/STACK]`,
    /// `pulumi://HOST/ORG/PROJECT/STACK`, `terraform://HOST/ORG[/WORKSPACE]`.
    #[arg(required = true, value_name = "PATH", value_parser = path())]
    pub(crate) paths: Vec<String>,
    /// Cluster of Kubernetes that files are of, for all or for some: prod, 'dumps/prod/*=prod'; a
    /// name, an id in the cloud or a uid [default: as documents and logs tell] (may be given
    /// several times, the last that fits counts).
    #[arg(long, value_name = "[FILES=]CLUSTER")]
    pub(crate) cluster: Vec<ClusterName>,
    /// Service that files are of, for all or for some, where their rows tell none: checkout,
    /// 'exports/checkout/**=checkout' [default: as files and folders are called] (may be given
    /// several times, the last that fits counts).
    #[arg(long, value_name = "[FILES=]SERVICE")]
    pub(crate) service_name: Vec<ServiceName>,
    /// Service that standard input is of, where its rows tell none [default: stdin].
    #[arg(long, value_name = "SERVICE", value_parser = word())]
    pub(crate) stdin_name: Option<String>,
    /// Exit with 1 if something was lost: a path that is not there, has no file in it or could not
    /// be read, or a record or part of a document that could not be, as the rejects tell.
    ///
    /// All output is written as without it. What is passed over in folders and archives is no loss:
    /// what holds no logs by its ending, pipes and devices, links to folders.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Threads that read and decode; 0 for one per processor. The output does not depend on them.
    #[arg(short = 'j', long, value_name = "N", default_value_t = 0, value_parser = threads)]
    pub(crate) threads: u16,
}

impl InputArgs {
    /// The services that files and standard input are of.
    pub(crate) fn services(&self) -> Vec<ServiceName> {
        let of_standard_input = self.stdin_name.as_deref();
        let of_standard_input = of_standard_input.map(ServiceName::of_standard_input);
        let named = self.service_name.iter().cloned();
        named.chain(of_standard_input).collect()
    }
}

/// A path by its name, which need not be UTF-8.
fn path() -> impl TypedValueParser<Value = String> {
    OsStringValueParser::new().map(|path| nepho::file_name(Path::new(&path)))
}

/// Most threads that a system can be expected to give.
const THREADS: u16 = 1024;

/// A number of threads.
fn threads(text: &str) -> Result<u16, String> {
    let number = text.parse().ok().filter(|number| *number <= THREADS);
    number.ok_or_else(|| format!("it is no whole number from 0 to {THREADS}"))
}

/// A number of steps.
fn steps(text: &str) -> Result<u32, String> {
    let number = text.parse().ok();
    number.ok_or_else(|| "it is no whole number".to_owned())
}

/// A word that says something.
fn word() -> NonEmptyStringValueParser {
    NonEmptyStringValueParser::new()
}

/// Whose resources are.
#[derive(Args)]
pub(crate) struct RulesArgs {
    /// Rules that say whose resources are (docs/guides/ownership-rules.md).
    #[arg(long = "rules", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

/// How a terminal is written to.
#[derive(Args)]
pub(crate) struct TerminalArgs {
    /// Whether to print colors; auto: on a terminal, or where the variable CLICOLOR_FORCE is set,
    /// but not where NO_COLOR is.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    pub(crate) color: ColorArg,
    /// Print without colors, as --color never does.
    #[arg(long, conflicts_with = "color")]
    pub(crate) no_color: bool,
    /// Show more: all evidence, all inputs, how each change was weighed.
    #[arg(short, long, overrides_with = "verbose")]
    pub(crate) verbose: bool,
    /// Show no progress.
    #[arg(short, long, overrides_with = "quiet")]
    pub(crate) quiet: bool,
}

/// When colors are printed.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorArg {
    /// Where they are shown.
    #[default]
    Auto,
    /// Also to files and other programs.
    Always,
    /// Not at all.
    Never,
}

impl TerminalArgs {
    /// When colors are printed.
    pub(crate) fn color(&self) -> ColorArg {
        match self.no_color {
            true => ColorArg::Never,
            false => self.color,
        }
    }
}

impl Command {
    /// How a terminal is written to, by commands that print text for people.
    pub(crate) fn terminal(&self) -> Option<&TerminalArgs> {
        match self {
            Self::Explain(args) => Some(&args.show.terminal),
            Self::Map(args) => Some(&args.terminal),
            Self::Changes(args) => Some(&args.terminal),
            Self::Demo(args) => Some(&args.show.terminal),
            Self::Parse(_) | Self::Components(_) | Self::Completions { .. } | Self::Man { .. } => {
                None
            }
        }
    }
}

#[derive(Args)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Show only what concerns this service (may be given several times).
    #[arg(long, value_name = "NAME", value_parser = word())]
    pub(crate) service: Vec<String>,
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
    #[command(flatten)]
    pub(crate) show: ShowArgs,
}

#[derive(Args)]
pub(crate) struct ChangesArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Only changes of this resource and what belongs to it, is attached to it or scales it: an id,
    /// its last parts, a name, a host name, an address (with all that was at it one after the
    /// other), or any other word for it (may be given several times, as all that follow).
    #[arg(long, value_name = "ID", value_parser = word())]
    pub(crate) resource: Vec<String>,
    /// Only changes of resources of this service.
    #[arg(long, value_name = "NAME", value_parser = word())]
    pub(crate) service: Vec<String>,
    /// Only changes by whoever has this in their name.
    #[arg(long, value_name = "TEXT", value_parser = word())]
    pub(crate) actor: Vec<String>,
    /// Only changes by this tool: terraform, cloudformation, console, aws-cli, ...
    #[arg(long, value_name = "NAME", value_parser = word())]
    pub(crate) tool: Vec<String>,
    /// Only changes of this class.
    #[arg(long, value_enum, value_name = "CLASS")]
    pub(crate) class: Vec<ClassArg>,
    /// Only changes that failed, were taken back, or were not begun.
    #[arg(long)]
    pub(crate) failed: bool,
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
    /// Print the timeline as JSON (docs/reference/changes.md).
    #[arg(long)]
    pub(crate) json: bool,
    /// Write a table instead of the timeline, with all its rows (docs/reference/tables.md)
    /// [default: changes, with --output or --to].
    #[arg(long, value_enum, value_name = "NAME", conflicts_with_all = SELECTING)]
    pub(crate) table: Option<TableArg>,
    /// How to write the table [default: ndjson].
    #[arg(short, long, value_enum, conflicts_with_all = SELECTING)]
    pub(crate) output: Option<OutputArg>,
    /// Where to write the table [default: -, standard output].
    #[arg(long, value_name = "FILE", conflicts_with_all = SELECTING)]
    pub(crate) to: Option<PathBuf>,
    /// Go on, and print each change as soon as a new version of a state, another document of a
    /// tool or an audit log tells it, until stopped: one line each, with --json one object each.
    /// What is there at the beginning is only compared with, but for what happened since --since.
    #[arg(short, long, conflicts_with_all = ["until", "strict"])]
    pub(crate) follow: bool,
    /// How often to look: 500ms, 30s, 5m.
    #[arg(long, value_name = "SPAN", default_value = "30s", value_parser = moment::every, requires = "follow")]
    pub(crate) every: Duration,
    #[command(flatten)]
    pub(crate) terminal: TerminalArgs,
}

/// What does not go with a table: it has all rows.
const SELECTING: [&str; 10] = [
    "since", "until", "resource", "service", "actor", "tool", "class", "failed", "json", "follow",
];

/// A small table.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableArg {
    /// One row per change.
    #[default]
    Changes,
    /// One row per run of a tool.
    Runs,
    /// One row per resource.
    Resources,
    /// One row per edge between services and resources.
    Relations,
}

/// Who makes a change.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClassArg {
    /// An infrastructure tool, in a run that the input tells of.
    Iac,
    /// An infrastructure tool, in no known run.
    IacUnregistered,
    /// A person: in the console or by a script.
    ByHand,
    /// A person in the web console.
    Console,
    /// A script, a command line or an SDK.
    Script,
    /// An agent that runs on the resource.
    Runtime,
    /// The cloud itself.
    Service,
}

impl ClassArg {
    /// Classes of the table.
    pub(crate) fn classes(self) -> &'static [WriteClass] {
        match self {
            Self::Iac => &[WriteClass::Iac],
            Self::IacUnregistered => &[WriteClass::IacUnregistered],
            Self::ByHand => &[WriteClass::Console, WriteClass::Script],
            Self::Console => &[WriteClass::Console],
            Self::Script => &[WriteClass::Script],
            Self::Runtime => &[WriteClass::Runtime],
            Self::Service => &[WriteClass::Service],
        }
    }
}

/// How a report is shown.
#[derive(Args)]
pub(crate) struct ShowArgs {
    /// Print the report as JSON (docs/reference/report.md).
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the report as one self-contained page as well.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) terminal: TerminalArgs,
}

/// Which rows count.
#[derive(Args, Clone)]
pub(crate) struct SelectionArgs {
    /// Leave out what happened before: a time in UTC (2026-05-12T14:00:00Z, '2026-05-12 14:00',
    /// 2026-05-12, 14:00 for today, today, yesterday) or a span back from now (90m, 1d12h, 2w).
    #[arg(long, value_name = "TIME", value_parser = moment::parse, allow_hyphen_values = true)]
    pub(crate) since: Option<Timestamp>,
    /// Leave out what happened at or after: a time or a span back from now, as for --since.
    #[arg(long, value_name = "TIME", value_parser = moment::parse, allow_hyphen_values = true)]
    pub(crate) until: Option<Timestamp>,
    /// Zone of times that are written without one, for all files or for some: +02:00,
    /// '**/tokyo/*=+09:00' [default: UTC] (may be given several times, the last that fits counts).
    #[arg(long, value_name = "[FILES=]ZONE")]
    pub(crate) zone: Vec<Zone>,
}

impl SelectionArgs {
    /// The range of times.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConfig`] if it ends before it begins.
    pub(crate) fn range(&self) -> nepho_core::Result<TimeRange> {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && until <= since
        {
            return Err(Error::new(
                ErrorKind::InvalidConfig,
                "--since and --until",
                format!("nothing lies between {since} and {until}"),
            ));
        }
        Ok(TimeRange {
            since: self.since,
            until: self.until,
        })
    }
}

#[derive(Args)]
pub(crate) struct MapArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Show what there was at this time: 2026-05-12T14:00:00Z, 2026-05-12, 14:00 for today, or a
    /// span back from now (90m, 2d) [default: what has not ended].
    #[arg(long, value_name = "TIME", value_parser = moment::parse, allow_hyphen_values = true)]
    pub(crate) at: Option<Timestamp>,
    /// Show it as it was known at this time: what was learned later is left out. What nothing tells
    /// the time of, as a state file without one, stays, and the map says how much that is.
    #[arg(long, value_name = "TIME", value_parser = moment::parse, allow_hyphen_values = true)]
    pub(crate) known: Option<Timestamp>,
    /// Show what is around this service: what it needs, and what needs it.
    #[arg(long, value_name = "NAME", value_parser = word(), conflicts_with = "resource")]
    pub(crate) service: Option<String>,
    /// Show what is around this resource: an id, its last parts, a name, a host name, an address,
    /// or the address in a tool (aws_db_instance.orders).
    #[arg(long, value_name = "ID", value_parser = word())]
    pub(crate) resource: Option<String>,
    /// Steps from the service or resource [default: 2].
    #[arg(long, value_name = "N", value_parser = steps)]
    pub(crate) hops: Option<u32>,
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
    /// Keep what was learned in this folder, with what is there already; as a path of map, explain
    /// and changes it is read like any other input (docs/guides/stored-map.md).
    #[arg(long, value_name = "FOLDER")]
    pub(crate) store: Option<PathBuf>,
    /// How to write it.
    #[arg(long, value_enum, default_value_t, conflicts_with = "json")]
    pub(crate) format: MapFormat,
    /// Print it as JSON (docs/reference/map.md), as --format json does.
    #[arg(long)]
    pub(crate) json: bool,
    /// Show rules, policies and attachments by themselves instead of with what they are a part of.
    #[arg(long)]
    pub(crate) facets: bool,
    #[command(flatten)]
    pub(crate) terminal: TerminalArgs,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum MapFormat {
    /// Text for a terminal.
    #[default]
    Tree,
    /// Graphviz.
    Dot,
    /// A flowchart of Mermaid, for Markdown.
    Mermaid,
    /// GraphML, for Gephi, yEd and networkx.
    Graphml,
    /// JSON (docs/reference/map.md).
    Json,
}

#[derive(Args)]
pub(crate) struct DemoArgs {
    /// Folder to put the data and the page in [default: a new one in the folder for temporary
    /// files].
    #[arg(long, value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) show: ShowArgs,
}

#[derive(Args)]
pub(crate) struct ParseArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// How to write the rows.
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: OutputArg,
    /// Write them in the schema of others, one JSON object a line (docs/reference/mapping.md).
    #[arg(long = "as", value_enum, value_name = "SCHEMA")]
    pub(crate) schema: Option<SchemaArg>,
    /// Where to write them [default: -, standard output]. The file is called FILE.partial until it
    /// is whole, or FILE.NUMBER.partial where that is there already; a run that is stopped leaves
    /// it. In folders such files are passed over.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    /// Leave out the whole event as received, which is most of the output: columns `raw` and
    /// `outer`, and with --as log.record.original, event.original or raw_data. Columns `uri`,
    /// `offset` and `bytes` tell where the event stands, for whoever keeps the files.
    #[arg(long)]
    pub(crate) without_raw: bool,
    /// Read every record with this format instead of finding it out (see nepho components).
    #[arg(long, value_name = "NAME")]
    pub(crate) format: Option<String>,
    /// Where to write what could not be read, as JSON lines [default: standard error, as text, the
    /// first of each reason].
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    /// Show no progress.
    #[arg(short, long, overrides_with = "quiet")]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputArg {
    /// One JSON object a line.
    #[default]
    Ndjson,
    /// Parquet, zstd compressed.
    Parquet,
    /// Arrow IPC file.
    Arrow,
}

impl From<OutputArg> for OutputFormat {
    fn from(arg: OutputArg) -> Self {
        match arg {
            OutputArg::Ndjson => Self::Ndjson,
            OutputArg::Parquet => Self::Parquet,
            OutputArg::Arrow => Self::Arrow,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaArg {
    /// OpenTelemetry log records as the collector's file receiver reads them.
    Otlp,
    /// Documents of the Elastic Common Schema.
    Ecs,
    /// Events of the Open Cybersecurity Schema Framework.
    Ocsf,
}

impl From<SchemaArg> for Schema {
    fn from(arg: SchemaArg) -> Self {
        match arg {
            SchemaArg::Otlp => Self::Otlp,
            SchemaArg::Ecs => Self::Ecs,
            SchemaArg::Ocsf => Self::Ocsf,
        }
    }
}

#[derive(Args)]
pub(crate) struct ComponentsArgs {
    /// Print them as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
