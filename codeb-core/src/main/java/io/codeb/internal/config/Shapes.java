package io.codeb.internal.config;

import io.codeb.config.Durations;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration looks like. The reader, the JSON Schema and the reference are all made from these records: a key
 * is a component, its type says what can stand there, and {@link Key} the rest. What is not there is null, or empty.
 */
final class Shapes {
    static final String NAME = "[a-z0-9][a-z0-9_-]{0,62}";
    static final String DURATION_FORM = "a time such as 90s, 30m, 12h or 7d";

    static final String CRON = "[^\\s]+( [^\\s]+){4}";
    static final String CRON_FORM = "five fields as in cron, with a blank between them";

    static final String VARIABLE = "[A-Za-z_][A-Za-z0-9_]*";

    static final int MOST_DAYS = 36_500;

    private Shapes() {}

    record File(
            @Key(value = "Where the schema of this file is, for editors.", name = "$schema") @Nullable
            String schema,

            @Key(
                    value = "Where backups rest, by name. The first one in the file is the default.",
                    names = NAME,
                    example = "{\"main\": {\"at\": \"local:/var/backups\"}}")
            Map<String, Repository> repositories,

            @Key(value = "What projects have in common, by name.", names = NAME)
            Map<String, Template> templates,

            @Key(
                    value = "The applications whose databases are backed up, by name: the folder of their backups.",
                    names = NAME)
            Map<String, Project> projects,

            @Key(value = "Who is told what goes wrong, and how often.", otherwise = "nobody") @Nullable
            Alerts alerts) {}

    record Template(
            @Key("What holds for the database of each project that names this template, where the project does not"
                    + " say it itself.")
            @Nullable
            Database database) {}

    record Project(
            @Key(value = "The template that it inherits from. A key that both have is the project's, as a whole.")
            @Nullable
            String template,

            @Key("Its database, and how it is backed up.") @Nullable
            Database database,

            @Key("Its application, and how it is [deployed](deploy.md#from-the-command-line).") @Nullable
            Deployment deployment,

            @Key("What becomes of the data of production that its database gets, where it is a"
                    + " [staging](deploy.md#staging-from-production) system.")
            @Nullable
            Staging staging,

            @Key(
                    value = "A file that the command line keeps up to date with what is known of the last backup.",
                    otherwise = "no such file")
            @Nullable
            String metadata) {}

    record Database(
            @Key(value = "The kind of database.", otherwise = "`postgresql`", example = "\"postgresql\"") @Nullable
            String engine,

            @Key(
                    value = "The container that it lives in.",
                    otherwise = "it lives on this host",
                    example = "\"shop-db\"")
            @Nullable
            String container,

            @Key(value = "What runs the container.", otherwise = "`podman` in its usual place", example = "\"docker\"")
            @Nullable
            RuntimePlace runtime,

            @Key(value = "What runs the containers of drills.", otherwise = "the runtime of its own container")
            @Nullable
            RuntimePlace drillRuntime,

            @Key(
                    value = "Where the server listens, as seen from where its programs run: a name, an address, or a"
                            + " directory of Unix sockets.",
                    otherwise = "where the programs look by themselves")
            @Nullable
            String host,

            @Key(
                    value = "The server's port. Needs `host`.",
                    otherwise = "the engine's usual one",
                    min = 1,
                    max = 65_535)
            @Nullable
            Integer port,

            @Key(value = "The database's name on its server.", otherwise = "the project's name") @Nullable
            String name,

            @Key(value = "As whom to connect.", otherwise = "the project's name") @Nullable
            String user,

            @Key(value = "Where the user's password is.", otherwise = "none is sent") @Nullable
            Secret password,

            @Key(
                    value = "The directory of the database's programs, where they run; absolute.",
                    otherwise = "the search path")
            @Nullable
            String tools,

            @Key(
                    value = "After how long without a byte a dump is given up; `0s` for never.",
                    otherwise = "`30m`",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String idleLimit,

            @Key(
                    value = "How much a backup or a restore may move in a second between the database and here, before"
                            + " compression.",
                    otherwise = "as much as it can",
                    pattern = "[1-9][0-9]{0,5} ?(MB|GB|TB)",
                    form = "a size for each second such as 20 MB, in MB, GB or TB",
                    example = "\"20 MB\"")
            @Nullable
            String bandwidth,

            @Key(value = "Whether everybody else goes first: [nice](performance.md#manners).", otherwise = "false")
            @Nullable
            Boolean nice,

            @Key(
                    value = "How old the last backup may be when the next begins, before that is told.",
                    otherwise = "nothing is told",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String maxBackupAge,

            @Key(
                    value = "The gravest that findings of the checks before a backup may be, by their ids in"
                            + " [checks.md](checks.md).",
                    names = "[a-z0-9]+(-[a-z0-9]+)*",
                    example = "{\"container-not-healthy\": \"WARNING\"}")
            Map<String, Severity> lower,

            @Key("Options of the engine. A number or true and false may stand there as such.")
            Map<String, String> options,

            @Key("Secrets of the engine, beside the password.")
            Map<String, Secret> secrets,

            @Key(
                    value = "The repository of its backups, by its name under `repositories`. Not with"
                            + " `backupLocation`.",
                    otherwise = "the first repository")
            @Nullable
            String repository,

            @Key(
                    value = "An absolute directory or the URI of a storage: a repository without further words."
                            + " Its name is made of it: `/backups/postgresql/` is `backups-postgresql`.",
                    example = "\"/backups/postgresql/\"")
            @Nullable
            String backupLocation,

            @Key(value = "Whether each deployment begins with a backup.", otherwise = "false") @Nullable
            Boolean backupOnDeploy,

            @Key(value = "Whether a deployment restores the last backup of its source.", otherwise = "false") @Nullable
            Boolean restoreOnDeploy,

            @Key(
                    value = "When backups are made: five fields as in cron, minute, hour, day of the month, month, day"
                            + " of the week.",
                    otherwise = "only when somebody asks for one",
                    pattern = CRON,
                    form = CRON_FORM,
                    example = "\"0 3 * * *\"")
            @Nullable
            String backupSchedule,

            @Key(
                    value = "When the newest backup is proven by a [drill](drills.md): five fields as in cron.",
                    otherwise = "only when somebody asks for it",
                    pattern = CRON,
                    form = CRON_FORM,
                    example = "\"0 5 * * 7\"")
            @Nullable
            String drillSchedule,

            @Key(
                    value = "When the project is pruned by `backupRetention`, or that of the repository, and what runs"
                            + " have left is removed: five fields as in cron.",
                    otherwise = "behind each scheduled backup, where the project says `backupRetention`; else only when"
                            + " somebody asks for it",
                    pattern = CRON,
                    form = CRON_FORM,
                    example = "\"30 4 * * *\"")
            @Nullable
            String pruneSchedule,

            @Key(
                    value = "By how much the project's jobs begin later than scheduled at the most, each time by"
                            + " another while; up to `1d`.",
                    otherwise = "`0s`",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String scheduleJitter,

            @Key(
                    value = "How long one try of a job may take.",
                    otherwise = "`1d`",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String scheduleTimeout,

            @Key(
                    value = "How long what may go better later is tried again; `0s` for one try alone.",
                    otherwise = "`1h`",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String scheduleRetry,

            @Key(
                    value = "How long ago what was missed may have been due to be made up for; `0s` for never.",
                    otherwise = "however long",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String scheduleCatchUp,

            @Key(value = "The time zone of the schedules.", otherwise = "that of this host", example = "\"Asia/Seoul\"")
            @Nullable
            String timeZone,

            @Key(
                    value = "Which backups stay when a project is pruned: for how many days, or more of it.",
                    otherwise = "that of the repository",
                    example = "30")
            @Nullable
            Keeping backupRetention) {}

    record Deployment(
            @Key(
                    value = "The TCP port that the application listens at in its container. Needed.",
                    needed = true,
                    min = 1,
                    max = 65_535,
                    example = "8080")
            @Nullable
            Integer port,

            @Key(
                    value = "The file that says which version the requests go to; `codeb proxy` reads it. Needed.",
                    needed = true,
                    example = "\"/var/lib/shop/route\"")
            @Nullable
            String route,

            @Key(value = "What its containers run on.", otherwise = "the runtime of the database's container") @Nullable
            RuntimePlace runtime,

            @Key(
                    value = "Where among the commit's files the instructions are for its image.",
                    otherwise = "`Containerfile`")
            @Nullable
            String containerfile,

            @Key(
                    value = "The Git repository that it is built of, for who deploys over"
                            + " [HTTP](server.md#deployments): an `https://` or `ssh://` URL without a password, or an"
                            + " absolute directory.",
                    otherwise = "nobody deploys it over HTTP",
                    pattern = "(https://[^@\\s]+|ssh://([^@:/\\s]+@)?[^@\\s]+|/\\S.*)",
                    form = "an https:// or ssh:// URL without a password, or an absolute directory",
                    example = "\"https://git.example.org/shop.git\"")
            @Nullable
            String git,

            @Key(value = "Where the token is that a Git server is shown over `https://`.", otherwise = "none is shown")
            @Nullable
            Secret gitToken,

            @Key(
                    value = "The private key that logs in to a Git server over `ssh://`, without a passphrase.",
                    otherwise = "nobody logs in so",
                    example = "{\"file\": \"/etc/codeb/git_key\"}")
            @Nullable
            Secret gitKey,

            @Key(
                    value = "A `known_hosts` file; a Git server that is not in it is refused. Needed with `gitKey`.",
                    example = "\"/etc/codeb/known_hosts\"")
            @Nullable
            String gitKnownHosts,

            @Key(
                    value = "Secrets of the build, by their ids.",
                    names = "[A-Za-z0-9_-]+",
                    example = "{\"npm\": {\"env\": \"NPM_TOKEN\"}}")
            Map<String, Secret> buildSecrets,

            @Key(value = "The network of its containers.", otherwise = "the runtime's default") @Nullable
            String network,

            @Key(value = "Variables of its containers.", names = VARIABLE, example = "{\"LOG_LEVEL\": \"info\"}")
            Map<String, String> environment,

            @Key(
                    value = "Variables of its containers that are secret.",
                    names = VARIABLE,
                    example = "{\"DATABASE_URL\": {\"env\": \"SHOP_DATABASE_URL\"}}")
            Map<String, Secret> secrets,

            @Key(value = "How many MiB of memory a container may have.", otherwise = "any", min = 6, max = 1 << 24)
            @Nullable
            Integer memory,

            @Key(
                    value = "The path that answers with a status of 200 to 299 when a version is well.",
                    otherwise = "it is enough that it takes connections",
                    pattern = "/.*",
                    form = "a path that begins with /",
                    example = "\"/health\"")
            @Nullable
            String health,

            @Key(
                    value = "How long a version may take to get well.",
                    otherwise = "`1m`",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String within,

            @Key(
                    value = "How long the old version runs on for what was begun with it.",
                    otherwise = "`10s`",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String drain,

            @Key(
                    value = "Of how many releases the images stay, the one that serves among them.",
                    otherwise = "20, all that are known",
                    min = 2,
                    max = 20)
            @Nullable
            Integer keepReleases,

            @Key(
                    value = "What brings the database to the new version.",
                    otherwise = "nothing does",
                    example = "{\"prisma\": [\"npx\", \"--no-install\", \"prisma\"]}")
            @Nullable
            Migration migration) {}

    @OneOf
    record Migration(
            @Key(
                    value = "A directory with files of SQL. One that is not absolute begins at the configuration's own"
                            + " directory.",
                    example = "\"migrations\"")
            @Nullable
            String sql,

            @Key(
                    value = "How Prisma is called in the container of the new version.",
                    example = "[\"npx\", \"--no-install\", \"prisma\"]")
            List<String> prisma,

            @Key(value = "How Flyway is called there.", example = "[\"flyway\"]")
            List<String> flyway,

            @Key(value = "How Liquibase is called there.", example = "[\"liquibase\"]")
            List<String> liquibase,

            @Key(value = "A command there; its end with status 0 is its success.", example = "[\"bin/migrate\"]")
            List<String> command,

            @Key("`true` where the application migrates when it starts.") @Nullable
            Boolean itself) {}

    record Staging(
            @Key(
                    value = "Files with a statement in SQL each that takes out what is private, before anybody sees the"
                            + " data. One that is not absolute begins at the configuration's own directory.",
                    example = "[\"masking.sql\"]")
            List<String> masking,

            @Key(
                    value = "Production's roles, each with the one that stands in for it.",
                    example = "{\"production\": \"staging\"}")
            Map<String, String> roles,

            @Key(
                    value = "How old a backup may be to be taken, where it is proven by being read whole.",
                    otherwise = "a new one is made",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String backupWithin,

            @Key(
                    value = "How long the database is kept that is replaced.",
                    otherwise = "`1d`",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String keep,

            @Key(
                    value = "What must pass, or the database that was replaced is put back.",
                    otherwise = "nothing is tested",
                    example = "[{\"command\": \"./smoke-test\", \"in\": \"staging-app\"}]")
            List<StagingTest> tests,

            @Key(
                    value = "How long each test may take.",
                    otherwise = "`10m`",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String testLimit) {}

    record StagingTest(
            @Key(
                    value = "A statement whose first value must be true. Either this or `command`.",
                    example = "\"SELECT count(*) > 0 FROM users\"")
            @Nullable
            String sql,

            @Key(value = "A command that a shell runs and that must end with status 0.", example = "\"./smoke-test\"")
            @Nullable
            String command,

            @Key(
                    value = "The container that the command runs in.",
                    otherwise = "it runs on this host",
                    example = "\"staging-app\"")
            @Nullable
            String in,

            @Key(
                    value = "What runs that container.",
                    otherwise = "what the application is deployed on, or what runs the database's container")
            @Nullable
            RuntimePlace runtime) {}

    enum Severity {
        INFO,
        WARNING,
        ERROR
    }

    @Shorthand("id")
    record RuntimePlace(
            @Key(value = "`podman`, `docker`, or the id of another.", example = "\"podman\"") @Nullable
            String id,

            @Key(
                    value = "Where its API is: `unix:///path/to/socket` or `tcp://host:port`.",
                    otherwise = "its usual places")
            @Nullable
            String endpoint,

            @Key(value = "The directory with `ca.pem`, `cert.pem` and `key.pem` for `tcp://`.", otherwise = "no TLS")
            @Nullable
            String tls,

            @Key(
                    value = "How long one call of its API may take.",
                    otherwise = "`30s`",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String callLimit,

            @Key("Options of the runtime.") Map<String, String> options,
            @Key("Secrets of the runtime.") Map<String, Secret> secrets) {}

    record Repository(
            @Key(
                    value = "Where it is: the URI of a storage, such as `local:/var/backups` or `s3://bucket/prefix`,"
                            + " or an absolute directory. Needed.",
                    needed = true,
                    example = "\"local:/var/backups\"")
            @Nullable
            String at,

            @Key("Options of the storage, as [storage.md](storage.md) has them.")
            Map<String, String> options,

            @Key(
                    value = "Credentials of the storage, as [storage.md](storage.md) has them.",
                    example = "{\"access-key\": {\"env\": \"S3_KEY\"}, \"secret-key\": {\"file\": \"/s3\"}}")
            Map<String, Secret> secrets,

            @Key(value = "How backups are compressed.", otherwise = "`zstd` at level 3", example = "\"zstd\"") @Nullable
            Compression compression,

            @Key(
                    value = "Public keys, `age1…`, that backups are encrypted to. Two or more are wise.",
                    otherwise = "nothing is encrypted")
            List<String> encryptTo,

            @Key(value = "Where the private keys are that backups are read with.", otherwise = "none is here") @Nullable
            Secret identity,

            @Key(value = "Where the private key is that backups are signed with.", otherwise = "nothing is signed")
            @Nullable
            Secret signWith,

            @Key("Public keys whose signatures are believed, beside one's own.")
            List<String> trusting,

            @Key("Names of other repositories that get each backup, too.")
            List<String> mirroredTo,

            @Key(
                    value = "Which backups stay when a project is pruned here that says nothing of it.",
                    otherwise = "all of them",
                    example = "{\"daily\": 7, \"weekly\": 5, \"monthly\": 12}")
            @Nullable
            Keeping retention) {}

    @Shorthand("days")
    record Keeping(
            @Key(value = "What began within so many days before the newest good one.", min = 1, max = MOST_DAYS)
            @Nullable
            Integer days,

            @Key(value = "The newest so many.", min = 1, max = MOST_DAYS) @Nullable
            Integer last,

            @Key(value = "The last of each of the newest so many days that have one.", min = 1, max = MOST_DAYS)
            @Nullable
            Integer daily,

            @Key(value = "The last of each of the newest so many weeks, from Monday on.", min = 1, max = MOST_DAYS)
            @Nullable
            Integer weekly,

            @Key(value = "The last of each of the newest so many months.", min = 1, max = MOST_DAYS) @Nullable
            Integer monthly,

            @Key(value = "The last of each of the newest so many years.", min = 1, max = MOST_DAYS) @Nullable
            Integer yearly,

            @Key(
                    value = "What those that stay may take together, as stored: the oldest go until the rest fits.",
                    otherwise = "as much as they take",
                    pattern = "[1-9][0-9]{0,5} ?(MB|GB|TB)",
                    form = "a size such as 500 GB, in MB, GB or TB",
                    example = "\"500 GB\"")
            @Nullable
            String within,

            @Key(value = "Whether only those count that a [drill](drills.md) has proven.", otherwise = "false")
            @Nullable
            Boolean onlyProven) {}

    @Shorthand("codec")
    record Compression(
            @Key(value = "`zstd`, `gzip`, `none`, or the id of another.", example = "\"zstd\"") @Nullable
            String codec,

            @Key("Options of the codec: `level` and `threads` of zstd, for example.")
            Map<String, String> options) {}

    record Alerts(
            @Key(
                    value = "The channels, and what goes there.",
                    example = "[\"log\", {\"channel\": \"slack\", \"secrets\": {\"url\": {\"env\": \"SLACK\"}}}]")
            List<AlertRoute> routes,

            @Key(
                    value = "The language of their texts: `en` or `ko`.",
                    otherwise = "`en`",
                    pattern = "en|ko",
                    form = "en or ko")
            @Nullable
            String language,

            @Key(
                    value = "After which time something is told again that lasts.",
                    otherwise = "`1d`",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String remindAfter,

            @Key(
                    value = "How many alerts a channel gets in an hour at the most.",
                    otherwise = "20",
                    min = 1,
                    max = 1_000)
            @Nullable
            Integer mostPerHour,

            @Key(
                    value = "For how long one is tried again that is not delivered.",
                    otherwise = "`1h`",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String giveUpAfter,

            @Key(
                    value = "For how many backups more there must be room in a storage that tells how much it has; 0"
                            + " for no such alert.",
                    otherwise = "3",
                    min = 0,
                    max = 1_000)
            @Nullable
            Integer roomForBackups,

            @Key("Files with certificates that are looked at, in the form PEM. Paths that are not absolute begin at the"
                    + " configuration's own directory.")
            List<String> certificates,

            @Key(
                    value = "How long before a certificate runs out that is told.",
                    otherwise = "`21d`",
                    pattern = Durations.FORM,
                    form = DURATION_FORM)
            @Nullable
            String beforeExpiry) {}

    @Shorthand("channel")
    record AlertRoute(
            @Key(
                    value = "`log`, `slack`, `webhook`, `heartbeat`, `mail`, or the id of another, as"
                            + " [operations.md](operations.md#channels) has them. Needed.",
                    needed = true,
                    example = "\"log\"")
            @Nullable
            String channel,

            @Key("Options of the channel.") Map<String, String> options,

            @Key("Secrets of the channel: its address, for most.")
            Map<String, Secret> secrets,

            @Key(
                    value = "What goes there.",
                    otherwise = "all but `BACKUP_MADE`; of a `heartbeat` that alone",
                    example = "[\"BACKUP_FAILED\", \"BACKUP_LATE\"]")
            List<AlertKind> kinds,

            @Key(
                    value = "Whose alerts go there, by the names of projects; those that are no project's own do, too.",
                    otherwise = "those of all projects")
            List<String> projects) {}

    /** What can be told: all that the channels' own enum has, but what {@code test()} sends. */
    enum AlertKind {
        BACKUP_FAILED,
        BACKUP_LATE,
        BACKUP_SIZE,
        DRILL_FAILED,
        PRUNE_FAILED,
        MIRROR_BEHIND,
        STORAGE_LOW,
        KEY_TROUBLE,
        CERTIFICATE,
        UNKNOWN_STATE,
        BACKUP_MADE
    }

    @OneOf
    record Secret(
            @Key(value = "An environment variable of the process.", example = "\"SHOP_PW\"") @Nullable
            String env,

            @Key(
                    value = "A file with the secret and nothing else, in UTF-8. A path that is not absolute begins at"
                            + " the configuration's own directory.",
                    example = "\"/run/secrets/shop-pw\"")
            @Nullable
            String file) {}
}
