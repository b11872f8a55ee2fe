package io.codeb.deploy;

import io.codeb.QueryRequest;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.QueryResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A directory of SQL files, for PostgreSQL. Each {@code *.sql} in it is applied once, in the order of the names, and
 * noted with its SHA-256 in a table {@code codeb_migrations} in the first schema of the user's search path. Immutable
 * and thread-safe.
 *
 * <p>A file and its note are one transaction: both are there or neither, whoever dies. So a file begins and commits no
 * transaction itself, and has no statement that must be alone, such as {@code CREATE INDEX CONCURRENTLY}, and no
 * {@code COPY … FROM stdin}. It holds SQL, and no commands of psql.
 *
 * <p>Refused before anything is done: a file that was changed since it was applied, one that was applied and is not
 * there, and one that is to be applied and stands before one that was.
 */
@CheckReturnValue
public final class SqlMigration implements Migration {
    private static final String TABLE = "codeb_migrations";
    private static final int MAX_BYTES = 16 * 1024 * 1024;
    private static final int MAX_FILES = 100_000;

    private final Path directory;

    private SqlMigration(Path directory) {
        this.directory = directory;
    }

    /**
     * Migrates by the files of a directory.
     *
     * @param directory its {@code *.sql}, without what is in directories below; each at most 16 MiB of UTF-8
     * @return the migration
     */
    public static SqlMigration in(Path directory) {
        return new SqlMigration(Objects.requireNonNull(directory, "directory"));
    }

    @Override
    public String name() {
        return "sql files in " + directory;
    }

    @Override
    public Set<String> bookkeeping() {
        return Set.of(TABLE);
    }

    @Override
    public SqlMigration rehearsedOn(RehearsalStage stage) {
        return this;
    }

    /** A file, as it is now. */
    private record Script(String name, String sql, String sha256) {}

    /** What is noted of one that was applied. */
    private record Applied(String name, String sha256) {}

    @Override
    public MigrationStatus status(DeployTarget target) {
        List<Script> scripts = scripts();
        List<String> applied =
                applied(target, schema(target)).stream().map(Applied::name).toList();
        return MigrationStatus.of(
                applied,
                scripts.stream()
                        .map(Script::name)
                        .filter(name -> !applied.contains(name))
                        .toList());
    }

    @Override
    public void apply(DeployTarget target, MigrationStatus before) {
        int done = 0;
        try {
            String schema = schema(target);
            for (Script script : pending(applied(target, schema))) {
                if (done == 0) {
                    write(target, createTable(schema));
                    write(target, "ALTER TABLE " + table(schema) + " ADD COLUMN IF NOT EXISTS millis bigint");
                }
                apply(target, script, schema);
                done++;
            }
        } catch (DeployException e) {
            throw done == 0 && e.code() == ErrorCode.MIGRATION_FAILED ? e.beforeAnyChange() : e;
        }
    }

    /** As a table has it that an older CodeB has made: without the column, or without a value. */
    @Override
    public Map<String, Duration> durations(DeployTarget target) {
        return MigrationTable.of(target, TABLE)
                .durations("name", "(to_jsonb(noted) ->> 'millis')", "AS noted ORDER BY name COLLATE \"C\"");
    }

    private List<Script> pending(List<Applied> applied) {
        List<Script> scripts = scripts();
        for (Applied each : applied) {
            Script same = scripts.stream()
                    .filter(script -> script.name().equals(each.name()))
                    .findFirst()
                    .orElseThrow(() -> refused(
                            each.name() + " was applied, and is not in " + directory,
                            "deploy the version of the application that has it, or a newer one"));
            if (!same.sha256().equals(each.sha256())) {
                throw refused(
                        each.name() + " is not as it was when it was applied",
                        "bring it back as it was, and make the change in a new file");
            }
        }
        String last = applied.stream().map(Applied::name).max(String::compareTo).orElse("");
        List<Script> pending = scripts.stream()
                .filter(script -> applied.stream().noneMatch(each -> each.name().equals(script.name())))
                .toList();
        pending.stream()
                .filter(script -> script.name().compareTo(last) < 0)
                .findFirst()
                .ifPresent(early -> {
                    throw refused(
                            early.name() + " comes before " + last + ", which was applied already",
                            "give it a name that comes after that");
                });
        return pending;
    }

    private static DeployException refused(String why, String hint) {
        return new DeployException(ErrorCode.MIGRATION_FAILED, why, hint, null);
    }

    private List<Script> scripts() {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(file -> file.getFileName().toString().endsWith(".sql"))
                    .limit(MAX_FILES)
                    .toList();
        } catch (IOException e) {
            throw new DeployException(
                    ErrorCode.MIGRATION_FAILED,
                    directory + " cannot be read: " + e,
                    "check the path of the migrations",
                    e);
        }
        List<Script> scripts = new ArrayList<>();
        for (Path file : files) {
            scripts.add(read(file));
        }
        scripts.sort((one, other) -> one.name().compareTo(other.name()));
        return scripts;
    }

    private static Script read(Path file) {
        String name = file.getFileName().toString();
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
                throw refused(name + " is no regular file of at most 16 MiB", "");
            }
            byte[] bytes = Files.readAllBytes(file);
            String sql = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (sql.indexOf('\0') >= 0) {
                throw refused(name + " holds a NUL character", "");
            }
            return new Script(name, sql, sha256(bytes));
        } catch (CharacterCodingException e) {
            throw new DeployException(ErrorCode.MIGRATION_FAILED, name + " is not UTF-8", "convert it", e);
        } catch (IOException e) {
            throw new DeployException(ErrorCode.MIGRATION_FAILED, name + " cannot be read: " + e, "", e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String schema(DeployTarget target) {
        Object schema = read(target, "SELECT current_schema()").rows().get(0).get(0);
        if (schema == null) {
            throw refused(
                    "the user's search path has no schema that exists, and so no place for " + TABLE,
                    "create the schema, or set the user's search_path");
        }
        return schema.toString();
    }

    private static List<Applied> applied(DeployTarget target, String schema) {
        String table = table(schema);
        Object there = read(target, "SELECT to_regclass(" + literal(table) + ") IS NOT NULL")
                .rows()
                .get(0)
                .get(0);
        if (!Boolean.TRUE.equals(there)) {
            return List.of();
        }
        return read(target, "SELECT name, sha256 FROM " + table + " ORDER BY name COLLATE \"C\"").rows().stream()
                .map(row -> new Applied(String.valueOf(row.get(0)), String.valueOf(row.get(1))))
                .toList();
    }

    private static String createTable(String schema) {
        return "CREATE TABLE IF NOT EXISTS " + table(schema)
                + " (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())";
    }

    private static String table(String schema) {
        return quoted(schema) + "." + TABLE;
    }

    /**
     * One statement, so that it is one transaction that the server undoes where nobody commits it: the file runs within
     * it, and whoever else would apply it waits.
     */
    private static void apply(DeployTarget target, Script script, String schema) {
        String outer = tag();
        String inner = tag();
        String table = table(schema);
        String block = "DO " + outer + "\nBEGIN\nLOCK TABLE " + table + " IN EXCLUSIVE MODE;\n"
                + "IF EXISTS (SELECT FROM " + table + " WHERE name = " + literal(script.name())
                + ") THEN RAISE EXCEPTION 'somebody else has applied it meanwhile'; END IF;\n"
                + "EXECUTE " + inner + script.sql() + "\n" + inner + ";\n"
                + "INSERT INTO " + table + " (name, sha256, millis) VALUES (" + literal(script.name()) + ", "
                + literal(script.sha256())
                + ", extract(epoch FROM clock_timestamp() - now()) * 1000);\nEND " + outer;
        try {
            write(target, block);
        } catch (CodeBException e) {
            target.cancellation().throwIfCancelled();
            if (e.code() == ErrorCode.SQL_FAILED || e.code() == ErrorCode.PERMISSION_DENIED) {
                throw new DeployException(
                        ErrorCode.MIGRATION_FAILED,
                        script.name() + ": " + e.getMessage(),
                        "nothing of this file was kept; correct it and deploy again",
                        e);
            }
            throw e;
        }
    }

    /** Nobody can guess it, so no file ends the string that it is in. */
    private static String tag() {
        return "$codeb_" + UUID.randomUUID().toString().replace("-", "") + "$";
    }

    private static QueryResult read(DeployTarget target, String sql) {
        return target.codeb()
                .databases()
                .query(
                        QueryRequest.of(target.project().name(), sql)
                                .limit(MAX_FILES)
                                .timeout(target.limit()),
                        target.cancellation());
    }

    private static void write(DeployTarget target, String sql) {
        QueryResult unused = target.codeb()
                .databases()
                .query(
                        QueryRequest.of(target.project().name(), sql).writing().timeout(target.limit()),
                        target.cancellation());
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
