package io.codeb.postgresql.internal.dump;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.postgresql.internal.catalog.DatabaseProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The options of pg_dump that a request may pass on: those that change what is dumped and leave the dump one plain
 * script whose rows can be counted.
 */
final class DumpOptions {
    /** Waits for a moment that is the result of some order of all transactions. */
    static final String DEFERRABLE = "--serializable-deferrable";

    private static final Set<String> FLAGS = Set.of(
            "--no-owner",
            "--no-privileges",
            "--no-comments",
            "--no-publications",
            "--no-security-labels",
            "--no-subscriptions",
            "--no-table-access-method",
            "--no-tablespaces",
            "--no-toast-compression",
            "--no-unlogged-table-data",
            "--no-blobs",
            "--disable-triggers",
            "--quote-all-identifiers",
            DEFERRABLE);
    private static final String LOCK_WAIT = "--lock-wait-timeout";
    private static final Pattern MILLISECONDS = Pattern.compile(LOCK_WAIT + "=[0-9]{1,9}");

    private DumpOptions() {}

    /**
     * Checks options.
     *
     * @param options as requested
     * @param lockWait how long pg_dump waits for its locks where they say nothing of that: it takes them at once or not
     *     at all, and a queue behind it would stop the application
     * @return the arguments for pg_dump
     * @throws ConfigException naming every option that is not allowed
     */
    static List<String> check(List<String> options, Duration lockWait) {
        List<String> problems = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        boolean said = false;
        for (String option : options) {
            if (MILLISECONDS.matcher(option).matches()) {
                said = true;
            } else if (!FLAGS.contains(option)) {
                problems.add("option '" + option + "' of pg_dump is not allowed");
            }
            arguments.add(option);
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(
                    ErrorCode.CONFIG_INVALID,
                    problems,
                    "allowed are " + FLAGS.stream().sorted().toList() + " and " + LOCK_WAIT + "=<milliseconds>");
        }
        if (!said) {
            arguments.add(LOCK_WAIT + "=" + Math.min(Integer.MAX_VALUE, lockWait.toMillis()));
        }
        return arguments;
    }

    /**
     * What is left of a database's properties under the options: those that leave something out of the dump leave it
     * out here too. Settings of single roles go with the privileges: who leaves these out does so because the target
     * has other roles.
     *
     * @param properties as the database has them
     * @param options as requested
     */
    static DatabaseProperties keptOf(DatabaseProperties properties, List<String> options) {
        boolean privileges = !options.contains("--no-privileges");
        return new DatabaseProperties(
                properties.settings().stream()
                        .filter(setting -> privileges || setting.role().isEmpty())
                        .toList(),
                privileges ? properties.privileges() : DatabaseProperties.Privileges.INITIAL,
                properties.connectionLimit(),
                options.contains("--no-comments") ? "" : properties.comment(),
                options.contains("--no-tablespaces") ? "" : properties.tablespace(),
                properties.template(),
                options.contains("--no-security-labels") ? List.of() : properties.securityLabels());
    }
}
