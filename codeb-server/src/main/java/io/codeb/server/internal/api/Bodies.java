package io.codeb.server.internal.api;

import java.util.List;
import java.util.Map;
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
}
