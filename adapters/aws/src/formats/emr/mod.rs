//! Logs of Hadoop and Spark daemons, as the nodes of Amazon EMR archive them.

use nepho_codec::table::{Event, GuardedLines, Lines, keep, severity, text, time};
use nepho_codec::time;
use nepho_core::registry::Sharper;
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.emr",
    summary: "Hadoop and Spark daemons on Amazon EMR",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(GuardedLines::new(&TABLE, is_mine))),
});

const SHORT_DATE: usize = 0;
const CLOCK: usize = 1;

static TABLE: Lines = Lines {
    name: "aws.emr",
    patterns: &[
        "{time:time} {level:level} {logger:name}{? ({thread})}:{? {message:rest}}",
        "{time:time} {level:level}{ }[{thread}]{?:} {logger:name}{? ({place})}:{? {message:rest}}",
        // Hive tells the line of the code, and a hyphen stands before what it says.
        "{time:time} {level:level}{ }[{thread}]{?:} {logger:name} ({place}) -{? {message:rest}}",
        "{time:time} {level:level}{ }{logger:name} ({place}) -{? {message:rest}}",
        "{date:name} {clock:word} {level:level} {logger:name}:{? {message:rest}}",
    ],
    confidence: 70,
    constants: &[],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        text(&["logger"], Column::Process),
        text(&["message"], Column::Body),
        keep(&["date"], SHORT_DATE),
        keep(&["clock"], CLOCK),
    ],
    extras: &[("thread", "thread"), ("place", "location")],
    finish: Some(finish),
};

/// Spark writes years with two digits: `24/05/01 10:00:00`.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // Clusters of other clouds write such lines as well, and their wrappings say so.
    let envelope = row.record().envelope;
    row.text(
        Column::Provider,
        envelope.get(Column::Provider).unwrap_or("aws"),
    );
    let (Some(date), Some(clock)) = (event.kept(SHORT_DATE), event.kept(CLOCK)) else {
        return;
    };
    let reference = row.record().stream.reference();
    if let Some(time) = time::parse_near(&format!("20{date} {clock}"), reference) {
        row.time(time);
    }
}

/// Packages that only Hadoop and Spark have, in order: the last but one step of a logger's name.
///
/// Source: logger names of the daemons with `log4j.appender.*.layout.ConversionPattern` of
/// `%d{ISO8601} %p %c{2}: %m%n` (hadoop.apache.org, log4j.properties, as of 2026-11-27).
const PACKAGES: [&str; 32] = [
    "amlauncher",
    "applicationhistoryservice",
    "blockmanagement",
    "containermanager",
    "datanode",
    "delegation",
    "fsdataset",
    "hdfs",
    "jobhistory",
    "journalnode",
    "localizer",
    "logaggregation",
    "mapred",
    "mapreduce",
    "namenode",
    "nodelabels",
    "nodemanager",
    "privileged",
    "proxyserver",
    "qjournal",
    "regionserver",
    "resourcemanager",
    "resourcetracker",
    "rmapp",
    "rmcontainer",
    "rmnode",
    "rmstateservice",
    "secondarynamenode",
    "timelineservice",
    "webhdfs",
    "webproxy",
    "yarn",
];

/// Classes of Hadoop in packages that others may have as well; in order.
const CLASSES: [&str; 154] = [
    "Configuration.deprecation",
    "activities.ActivitiesManager",
    "ahs.RMApplicationHistoryWriter",
    "allocator.AbstractContainerAllocator",
    "app.DAGAppMaster",
    "application.ApplicationImpl",
    "assignment.RegionStateStore",
    "assignment.TransitRegionStateProcedure",
    "attempt.RMAppAttemptImpl",
    "balancer.StochasticLoadBalancer",
    "capacity.AbstractCSQueue",
    "capacity.AbstractLeafQueue",
    "capacity.CapacityScheduler",
    "capacity.CapacitySchedulerConfiguration",
    "capacity.CapacitySchedulerQueueManager",
    "capacity.LeafQueue",
    "capacity.ParentQueue",
    "capacity.UsersManager",
    "capacity.WorkflowPriorityMappingsManager",
    "checker.DatasetVolumeChecker",
    "checker.ThrottledAsyncChecker",
    "client.AHSProxy",
    "client.ConfiguredRMFailoverProxyProvider",
    "client.DefaultNoHARMFailoverProxyProvider",
    "client.RMProxy",
    "client.TezClient",
    "collector.NodeTimelineCollectorManager",
    "collector.TimelineCollectorManager",
    "common.MetricsLoggerTask",
    "common.Storage",
    "common.Util",
    "compress.CodecPool",
    "conf.Configuration",
    "container.ContainerImpl",
    "crypto.CryptoCodec",
    "dispatch.DefaultMultipartUploadDispatcher",
    "event.AsyncDispatcher",
    "fair.AllocationFileLoaderService",
    "fair.FairScheduler",
    "fs.EmrFileSystem",
    "fs.TrashPolicyDefault",
    "guice.EmrFSProdModule",
    "ha.ActiveStandbyElector",
    "hbase.ChoreService",
    "hbase.ScheduledChore",
    "hfile.CacheConfig",
    "hs.CachedHistoryStorage",
    "hs.HSAuditLogger",
    "hs.HistoryClientService",
    "hs.HistoryFileManager",
    "hs.JobHistory",
    "hs.JobHistoryServer",
    "http.HttpRequestLog",
    "http.HttpServer2",
    "impl.AMRMClientAsyncImpl",
    "impl.BlockPoolSlice",
    "impl.ContainerManagementProtocolProxy",
    "impl.FsDatasetAsyncDiskService",
    "impl.FsDatasetImpl",
    "impl.FsVolumeImpl",
    "impl.FsVolumeList",
    "impl.MetricsConfig",
    "impl.MetricsSinkAdapter",
    "impl.MetricsSourceAdapter",
    "impl.MetricsSystemImpl",
    "impl.NMClientAsyncImpl",
    "impl.TimelineClientImpl",
    "impl.YarnClientImpl",
    "input.FileInputFormat",
    "ipc.CallQueueManager",
    "ipc.Client",
    "ipc.Server",
    "launcher.ContainerLaunch",
    "launcher.ContainersLauncher",
    "lib.StaticUserWebFilter",
    "lzo.GPLNativeCodeLoader",
    "lzo.LzoCodec",
    "master.HMaster",
    "metastore.HiveMetaStore",
    "metastore.MetaStoreDirectSql",
    "metastore.ObjectStore",
    "metrics.SystemMetricsPublisher",
    "metrics.TopMetrics",
    "monitor.ContainersMonitorImpl",
    "net.NetworkTopology",
    "nfs.NfsExports",
    "pb.RpcClientFactoryPBImpl",
    "pb.RpcServerFactoryPBImpl",
    "placement.MultiNodeSortingManager",
    "placement.PlacementManager",
    "procedure2.ProcedureExecutor",
    "ql.Driver",
    "recovery.NMLeveldbStateStoreService",
    "recovery.RMStateStore",
    "recovery.RMStateStoreFactory",
    "resource.ResourceProfilesManagerImpl",
    "resource.ResourceUtils",
    "resourceplugin.ResourcePluginManager",
    "retry.RetryInvocationHandler",
    "runtime.DelegatingLinuxContainerRuntime",
    "s3n.MultipartUploadOutputStream",
    "s3n.S3NativeFileSystem",
    "sasl.SaslDataTransferClient",
    "sasl.SaslDataTransferServer",
    "scheduler.AbstractYarnScheduler",
    "scheduler.AppSchedulingInfo",
    "scheduler.ContainerScheduler",
    "scheduler.SchedulerApplicationAttempt",
    "scheduler.SchedulerNode",
    "security.AMRMTokenSecretManager",
    "security.ApplicationACLsManager",
    "security.Groups",
    "security.JniBasedUnixGroupsMappingWithFallback",
    "security.NMTokenSecretManagerInRM",
    "security.RMContainerTokenSecretManager",
    "security.RMDelegationTokenSecretManager",
    "security.TimelineDelegationTokenSecretManagerService",
    "security.UserGroupInformation",
    "security.YarnAuthorizationProvider",
    "server.AuthenticationFilter",
    "server.KMSACLs",
    "server.KMSAudit",
    "server.KMSConfiguration",
    "server.KMSWebApp",
    "server.KMSWebServer",
    "shortcircuit.DomainSocketFactory",
    "snappy.LoadSnappy",
    "snapshot.SnapshotManager",
    "spark.SparkContext",
    "store.AbstractFSNodeStore",
    "thrift.ThriftCLIService",
    "timeline.EntityGroupFSTimelineStore",
    "timeline.LeveldbTimelineStore",
    "timeline.RollingLevelDBTimelineStore",
    "timeline.TimelineDataManager",
    "token.AbstractDelegationTokenSecretManager",
    "util.ClientConfigurationFactory",
    "util.ExitUtil",
    "util.GSet",
    "util.HostsFileReader",
    "util.JvmPauseMonitor",
    "util.NativeCodeLoader",
    "util.PerformanceAdvisory",
    "util.ProcfsBasedProcessTree",
    "util.RackResolver",
    "util.ResourceCalculatorPlugin",
    "wal.AbstractFSWAL",
    "wal.AbstractWALRoller",
    "web.DatanodeHttpServer",
    "webapp.WebApps",
    "window.RollingWindowManager",
    "zookeeper.ReadOnlyZKClient",
    "zookeeper.RecoverableZooKeeper",
    "zookeeper.ZKWatcher",
];

/// Classes that any program may have, with their file, and what HBase begins with. Only one of the
/// two beside them tells that they are of Hadoop or Hive.
const COMMON: [(&str, &str, &str); 2] = [
    (
        "session.SessionState",
        "(SessionState.java:",
        "Hive Session ID",
    ),
    ("util.VersionInfo", "(VersionInfo.java:", "HBase "),
];

/// Loggers of Jetty, which serves the pages of every daemon, and how what they say begins.
///
/// Source: `o.e.j.util.log.Log`, `o.e.j.server` of github.com/jetty/jetty.project, branch
/// `jetty-9.4.x`, as of 2026-12-01.
const JETTY: [(&str, &str); 10] = [
    ("handler.ContextHandler", "Started o.e.j."),
    ("handler.ContextHandler", "Stopped o.e.j."),
    ("server.AbstractConnector", "Started ServerConnector@"),
    ("server.AbstractConnector", "Stopped ServerConnector@"),
    ("server.Server", "Started @"),
    ("server.Server", "jetty-"),
    ("server.session", "DefaultSessionIdManager workerName="),
    ("server.session", "No SessionScavenger set"),
    ("server.session", "node0 "),
    ("util.log", "Logging initialized @"),
];

/// Loggers of Hadoop without a package.
const ALONE: [&str; 2] = ["BlockStateChange", "FSNamesystem"];

/// Beginnings of the full names of their loggers.
const ROOTS: [&str; 10] = [
    "SecurityLogger.org.apache.hadoop.",
    "com.amazon.ws.emr.",
    "com.amazonaws.emr.",
    "org.apache.hadoop.",
    "org.apache.hbase.",
    "org.apache.hive.",
    "org.apache.livy.",
    "org.apache.spark.",
    "org.apache.tez.",
    "org.apache.zeppelin.",
];

/// Classes that the driver and the executors of Spark log from, without their package; in order.
const SPARK: [&str; 86] = [
    "AHSProxy",
    "AWSCatalogMetastoreClient",
    "AWSGlueClientFactory",
    "AdaptiveSparkPlanExec",
    "ApplicationMaster",
    "AsyncEventQueue",
    "BlockManager",
    "BlockManagerInfo",
    "BlockManagerMaster",
    "BlockManagerMasterEndpoint",
    "BlockManagerStorageEndpoint",
    "Client",
    "ClientConfigurationFactory",
    "CoarseGrainedExecutorBackend",
    "CoarseGrainedSchedulerBackend$DriverEndpoint",
    "CodeGenerator",
    "CodecConfig",
    "ContextCleaner",
    "DAGScheduler",
    "DefaultMultipartUploadDispatcher",
    "DefaultNoHARMFailoverProxyProvider",
    "DiskBlockManager",
    "Executor",
    "ExecutorAllocationManager",
    "ExecutorMonitor",
    "FileFormatWriter",
    "FileOutputCommitter",
    "FileScanRDD",
    "FileSourceStrategy",
    "FileSystemOptimizedCommitter",
    "GPLNativeCodeLoader",
    "HadoopDelegationTokenManager",
    "HadoopMapRedCommitProtocol",
    "HadoopRDD",
    "HeartbeatReceiver",
    "HiveClientImpl",
    "HiveUtils",
    "InMemoryFileIndex",
    "JettyUtils",
    "LiveListenerBus",
    "LzoCodec",
    "MapOutputTracker",
    "MapOutputTrackerMaster",
    "MapOutputTrackerMasterEndpoint",
    "MapOutputTrackerWorker",
    "MemoryStore",
    "MicroBatchExecution",
    "MultipartUploadOutputStream",
    "NativeCodeLoader",
    "NettyBlockTransferService",
    "OutputCommitCoordinator",
    "ParquetOutputFormat",
    "RMProxy",
    "ResourceProfile",
    "ResourceProfileManager",
    "S3NativeFileSystem",
    "SQLConfCommitterProvider",
    "SQLHadoopMapReduceCommitProtocol",
    "SecurityManager",
    "SharedState",
    "ShuffleBlockFetcherIterator",
    "ShufflePartitionsUtil",
    "ShutdownHookManager",
    "SingleEventLogFileWriter",
    "SparkContext",
    "SparkEnv",
    "SparkHadoopMapRedUtil",
    "SparkSQLEnv",
    "SparkUI",
    "SubResultCacheManager",
    "TaskResultGetter",
    "TaskSchedulerImpl",
    "TaskSetManager",
    "TorrentBroadcast",
    "TransportClientFactory",
    "WholeStageCodegenExec",
    "YarnAllocator",
    "YarnClientImpl",
    "YarnClientSchedulerBackend",
    "YarnClusterSchedulerBackend",
    "YarnCoarseGrainedExecutorBackend",
    "YarnRMClient",
    "YarnScheduler",
    "YarnSchedulerBackend$YarnDriverEndpoint",
    "YarnSchedulerBackend$YarnSchedulerEndpoint",
    "YarnSparkHadoopUtil",
];

/// Whether there is a format for the audit log of HDFS.
static HDFS_AUDIT: Sharper = Sharper::new("hdfs.audit");

/// Whether the logger of a line is one of Hadoop's or Spark's.
fn is_mine(line: &str) -> bool {
    let Some((date, rest)) = line.split_once(' ') else {
        return false;
    };
    // The clock stands apart from the date, or behind a `T`.
    let rest = match date.as_bytes().get(10) {
        Some(b'T') => Some(rest),
        _ => rest.split_once(' ').map(|(_, rest)| rest),
    };
    let Some((_, rest)) = rest.and_then(|rest| rest.split_once(' ')) else {
        return false;
    };
    // Levels of four letters may have a blank more behind them.
    let rest = rest.trim_start_matches(' ');
    // Names of threads have blanks in them.
    let logger = match rest.starts_with('[') {
        true => behind_thread(rest),
        false => rest,
    };
    let (logger, behind) = logger.split_once(' ').unwrap_or((logger, ""));
    let logger = logger.trim_end_matches(':');
    if matches!(date.as_bytes(), [_, _, b'/', _, _, b'/', _, _])
        && (SPARK.binary_search(&logger).is_ok() || is_said_by_spark(logger, behind))
    {
        return true;
    }
    // There is a format for what was asked of a name node.
    if logger.ends_with("FSNamesystem.audit")
        && behind.starts_with("allowed=")
        && HDFS_AUDIT.is_linked()
    {
        return false;
    }
    // The log of what was asked of others is that of a class.
    let logger = logger.strip_suffix(".audit").unwrap_or(logger);
    // All others have a package before them.
    if !logger.contains('.') {
        return ALONE.contains(&logger);
    }
    if let Some((_, file, start)) = COMMON.iter().find(|(name, ..)| *name == logger) {
        return behind.starts_with(file) || behind.starts_with(start);
    }
    let is_jetty = |(name, start): &(&str, &str)| *name == logger && behind.starts_with(start);
    if JETTY.iter().any(is_jetty) {
        return true;
    }
    if ROOTS.iter().any(|root| logger.starts_with(root)) {
        return true;
    }
    let is_known = |(package, class): (&str, &str)| {
        !package.contains('.')
            && class.starts_with(|first: char| first.is_ascii_uppercase())
            && PACKAGES.binary_search(&package).is_ok()
    };
    CLASSES.binary_search(&logger).is_ok() || logger.rsplit_once('.').is_some_and(is_known)
}

/// Whether a class with a common name says what that of Spark does.
fn is_said_by_spark(logger: &str, said: &str) -> bool {
    let begins: &[&str] = match logger {
        "Utils" => &["Successfully started service 'spark"],
        "ResourceUtils" => &["No custom resources configured for spark."],
        "ServerInfo" => &["Adding filter to /"],
        _ => return false,
    };
    begins.iter().any(|begin| said.starts_with(begin))
}

/// What follows the first `] ` or `]: `.
fn behind_thread(line: &str) -> &str {
    let bytes = line.as_bytes();
    let after = memchr::memchr_iter(b']', bytes).find_map(|end| match bytes.get(end + 1..)? {
        [b' ', ..] => Some(end + 2),
        [b':', b' ', ..] => Some(end + 3),
        _ => None,
    });
    after
        .and_then(|start| line.get(start..))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: bool) {
        assert_eq!(is_mine(line), expected, "{line}");
    }

    #[test]
    fn loggers_tell_hadoop_from_others() {
        check("2024-05-01 10:00:00,123 INFO namenode.NameNode: x", true);
        check("2024-05-01 10:00:00,123 INFO util.GSet: x", true);
        check(
            "2024-05-01 10:00:00,123 WARN [IPC Server 7] org.apache.hadoop.ipc.Server: x",
            true,
        );
        check("24/05/01 10:00:00 INFO SparkContext: Running Spark", true);
        check("24/05/01 10:00:00 INFO BlockManagerInfo: Added", true);
        check("24/05/01 10:00:00 INFO Checkout: paid", false);
        check("24/05/01 10:00:00 WARN NativeCodeLoader: x", true);
        check("24/05/01 10:00:00 WARN CodeLoader: x", false);
        check(
            "24/05/01 10:00:00 INFO YarnSchedulerBackend$YarnDriverEndpoint: x",
            true,
        );
        check("24/05/01 10:00:00 INFO Shop$Cart: x", false);
        check(
            "24/05/01 10:00:00 INFO Utils: Successfully started service 'sparkDriver' on port 4",
            true,
        );
        check(
            "24/05/01 10:00:00 INFO Utils: Successfully started shop",
            false,
        );
        check(
            "2024-05-01 10:00:00,123 INFO security.YarnAuthorizationProvider: x",
            true,
        );
        check(
            "2024-05-01 10:00:00,123 INFO security.AuthorizationProvider: x",
            false,
        );
        check("2024-05-01 10:00:00,123 INFO NativeCodeLoader: x", false);
        check(
            "2024-05-01 10:00:00,123 INFO  [regionserver/ip-10-0-0-7:16020.logRoller] wal.AbstractFSWAL: x",
            true,
        );
        check(
            "2024-05-01 10:00:00,123 INFO  [writer] wal.Writer: rolled",
            false,
        );
        check(
            "2024-05-01 10:00:00,123 INFO  org.apache.spark.SparkEnv (Logging.scala:logInfo(58)) - x",
            true,
        );
        check(
            "2024-05-01 10:00:00,123 INFO  com.example.shop.Cart (Cart.java:add(9)) - x",
            false,
        );
        check("2024-05-01 10:00:00,123 INFO  shop.WebApps: started", false);
        check("24/05/01 10:00:00 INFO client.RMProxy: Connecting", true);
        check(
            "2024-05-01 10:00:00,123 INFO namenode.FSNamesystem.audit: allowed=true",
            true,
        );
        check("2024-05-01 10:00:00,123 INFO BlockStateChange: x", true);
        check(
            "2024-05-01 10:00:00,123 WARN util.NativeCodeLoader: x",
            true,
        );
    }

    #[test]
    fn names_are_in_the_order_in_which_they_are_looked_for() {
        assert!(PACKAGES.is_sorted());
        assert!(CLASSES.is_sorted());
        assert!(SPARK.is_sorted());
    }

    #[test]
    fn servers_of_pages_are_told_by_what_they_say() {
        let head = "2024-05-01 10:00:00,123 INFO";
        check(&format!("{head} util.log: Logging initialized @91ms"), true);
        check(&format!("{head} server.Server: jetty-9.4.48"), true);
        check(&format!("{head} server.session: node0 Scavenging"), true);
        check(&format!("{head} hs.JobHistory: JobHistory Init"), true);
        check(&format!("{head} fs.EmrFileSystem: x"), true);
        check(&format!("{head} util.log: cart of mona"), false);
        check(&format!("{head} server.Server: listening on 80"), false);
        check(&format!("{head} server.session: mona came"), false);
        check(&format!("{head} handler.ContextHandler: x"), false);
        check(&format!("{head} hs.Cart: added"), false);
        check(&format!("{head} Server: jetty-9.4.48"), false);
    }

    #[test]
    fn places_and_threads_tell_hadoop_from_others() {
        check(
            "2024-05-01T10:00:00,123 INFO [IPC Server 3] ipc.Server (Server.java:run(9)): x",
            true,
        );
        check(
            "2024-05-01 10:00:00,123 INFO  [main] util.VersionInfo: HBase 2.4.17",
            true,
        );
        check(
            "2024-05-01 10:00:00,123 INFO  [main] util.VersionInfo: shop 2.4.17",
            false,
        );
        check(
            "2024-05-01T10:00:00,123 INFO  [main] session.SessionState (SessionState.java:a(9)) - x",
            true,
        );
        check(
            "2024-05-01 10:00:00,123 INFO  [main] session.SessionState: cart of mona",
            false,
        );
        check(
            "2024-05-01T10:00:00,123 INFO  [main([])]: metastore.ObjectStore (A.java:b(1)) - x",
            true,
        );
        check(
            "2024-05-01T10:00:00,123 INFO  [main] com.example.shop.Cart (Cart.java:add(9)) - x",
            false,
        );
        check(
            "2024-05-01T10:00:00,123 INFO  [main] util.Cart: namenode.NameNode: x",
            false,
        );
        check("2024-05-01T10:00:00.123Z INFO Server started", false);
        check(
            "2024-05-01T10:00:00.123Z INFO [http] Server: started",
            false,
        );
        check("2024-05-01 10:00:00,123 INFO util.Cart: x", false);
        check("2024-05-01 10:00:00,123 INFO shop.checkout: x", false);
        check("2024-05-01", false);
    }
}
