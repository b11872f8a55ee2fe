package io.codeb.server.internal.api;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What requests have to say. */
final class Bodies {
    private Bodies() {}

    /** Another repository, a part of the database, labels; all of it as the project has it where nothing is said. */
    record BackupOrder(
            @Nullable String repository,
            @Nullable Boolean schemaOnly,
            @Nullable Boolean dataOnly,
            @Nullable List<String> tables,
            @Nullable List<String> withoutTables,
            @Nullable Boolean globals,
            @Nullable Map<String, String> labels) {}

    /** One statement, its parameters as texts; at most 10,000 rows and 300 seconds. */
    record QueryOrder(
            String sql,
            @Nullable List<@Nullable String> parameters,
            @Nullable Integer limit,
            @Nullable Integer timeoutSeconds,
            @Nullable String database,
            @Nullable Boolean write) {}

    record PinOrder(String reason) {}

    record LogIn(String token) {
        /** Without it. */
        @Override
        public String toString() {
            return "LogIn";
        }
    }

    /** A backup's id, or repository/project/id; the newest without it. */
    record DrillOrder(@Nullable String backup) {}

    /**
     * A backup's id, or repository/project/id; into which database; {@code new}, {@code replacing} or {@code emptying};
     * and the project's name, typed, where data may be replaced.
     */
    record RestoreOrder(
            String backup,
            @Nullable String into,
            @Nullable String mode,
            @Nullable Boolean withoutOwners,
            @Nullable String confirm) {}

    /**
     * A branch, a tag or a commit, HEAD without them; a backup's id or repository/project/id, or the https:// or s3://
     * URL of a dump, that is restored in the place of the database first, the SHA-256 and the most bytes of what is
     * fetched, and what its server is shown ({@code token}; {@code access-key} and {@code secret-key}); whether the
     * migrations are tried on a copy first, and how many rows they may lose and how long keep writers waiting there; no
     * backup before; and the project's name, typed, where data is restored.
     */
    record DeployOrder(
            @Nullable String branch,
            @Nullable String tag,
            @Nullable String commit,
            @Nullable String dbBackup,
            @Nullable String dbBackupUrl,
            @Nullable String dbBackupSha256,
            @Nullable Long dbBackupAtMostBytes,
            @Nullable Map<String, @Nullable String> dbBackupSecrets,
            @Nullable Boolean rehearse,
            @Nullable Long losingAtMost,
            @Nullable Long blockingAtMostMs,
            @Nullable Boolean noBackup,
            @Nullable String confirm) {
        /** What makes it what it is, without secrets: a URL can be one, too. */
        @Override
        public String toString() {
            return String.join(
                    " ",
                    List.of(
                            "branch " + branch,
                            "tag " + tag,
                            "commit " + commit,
                            "backup " + dbBackup,
                            "url " + Objects.hashCode(dbBackupUrl),
                            "sha256 " + dbBackupSha256,
                            "most " + dbBackupAtMostBytes,
                            "rehearse " + rehearse,
                            "losing " + losingAtMost,
                            "blocking " + blockingAtMostMs,
                            "noBackup " + noBackup));
        }
    }

    /** The number of a release; whether the database stays as it is; the project's name, typed, where it does not. */
    record BringBackOrder(
            int release,
            @Nullable Boolean versionAlone,
            @Nullable String confirm) {}
}
