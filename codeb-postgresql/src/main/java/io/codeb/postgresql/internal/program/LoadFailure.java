package io.codeb.postgresql.internal.program;

import io.codeb.error.EngineException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells why the server refused a statement of a script: where it stands, what was at work, and what helps. */
public final class LoadFailure {
    private static final int CONTEXT_LIMIT = 1_000;

    /**
     * What helps against an error.
     *
     * @param states its SQLSTATEs
     * @param source what its place in PostgreSQL's sources must match
     * @param context what its context must match
     * @param hint one sentence
     */
    private record Remedy(Set<String> states, Pattern source, Pattern context, String hint) {
        Remedy(Set<String> states, String source, String context, String hint) {
            this(states, Pattern.compile(source), Pattern.compile(context, Pattern.DOTALL), hint);
        }

        boolean helps(ServerError error) {
            return states.contains(error.state())
                    && source.matcher(error.source()).matches()
                    && context.matcher(error.context()).matches();
        }
    }

    private static final List<Remedy> REMEDIES = List.of(
            new Remedy(
                    Set.of("42704"),
                    "acl\\.c|user\\.c",
                    ".*",
                    "make the role on this server, or restore withoutOwners() and withoutPrivileges(), or"
                            + " say mapRole(…)"),
            new Remedy(
                    Set.of("42501"),
                    "acl\\.c|user\\.c",
                    ".*",
                    "restore withoutOwners(), or as a user who is a member of the role or a superuser"),
            new Remedy(
                    Set.of("42704", "22023"),
                    "tablespace\\.c|guc\\.c",
                    ".*",
                    "make the tablespace on this server, or restore withoutTablespaces()"),
            new Remedy(
                    Set.of("0A000", "58P01", "22023"),
                    "extension\\.c",
                    ".*",
                    "install the extension's package where the server runs, in a version that fits"),
            new Remedy(
                    Set.of("0A000", "42501"),
                    "copy\\.c|copyfrom\\.c|copyto\\.c|rls\\.c|rewriteHandler\\.c|rowsecurity\\.c",
                    ".*",
                    "row-level security hides rows from this user: restore as a superuser, or as a role"
                            + " that has BYPASSRLS"),
            new Remedy(
                    Set.of("22023", "42809"),
                    "pg_locale\\.c|dbcommands\\.c|collationcmds\\.c",
                    ".*",
                    "install the locale where the server runs, or restore into a database of another one"
                            + " with intoExisting()"),
            new Remedy(
                    Set.of("42883", "42P01", "42704", "3F000"),
                    ".*",
                    // The server tells in its own language what was at work, but for the rows of a COPY.
                    "(?!COPY ).+",
                    "a dump is loaded with an empty search_path, which the function at work does not"
                            + " expect: give it one"
                            + " of its own in the source database (ALTER FUNCTION … SET search_path = …),"
                            + " and dump again"),
            new Remedy(
                    Set.of("23503"),
                    ".*",
                    ".*",
                    "rows alone come in an order that foreign keys may not allow: dump them with"
                            + " --disable-triggers, and"
                            + " restore as a superuser; or dump definitions and rows together"),
            new Remedy(
                    Set.of("42P07", "42P06", "42710", "42723", "42701", "42P16"),
                    ".*",
                    ".*",
                    "it is there already: the script makes it twice, or has been loaded before; restore"
                            + " into a new database"),
            new Remedy(
                    Set.of("42601"),
                    ".*",
                    ".*",
                    "the script is of another kind of database or a newer server, or there are lines in it that do not"
                            + " belong there, such as messages of pg_dump: write dumps with pg_dump --file"));

    private LoadFailure() {}

    /**
     * Tells an error in the script's own terms.
     *
     * @param error what the server says
     * @param line the line of the script; 0 where it is no statement of the script's
     * @param head how the statement begins; empty where that is not known
     * @param cause how psql ended, or what the driver threw; null when it goes on
     */
    public static EngineException of(ServerError error, long line, String head, @Nullable Throwable cause) {
        EngineException plain = Diagnosis.ofState(error.state(), error.message(), cause);
        StringBuilder message = new StringBuilder(String.valueOf(plain.getMessage()));
        if (line > 0) {
            message.append(", in line ").append(line).append(" of the script");
        }
        if (!head.isEmpty()) {
            message.append(": ").append(head);
        }
        if (!error.detail().isEmpty()) {
            message.append("; ").append(shortened(error.detail()));
        }
        if (!error.context().isEmpty()) {
            message.append("; at work was: ").append(shortened(error.context()));
        }
        String remedy = remedy(error);
        return new EngineException(plain.code(), message.toString(), remedy == null ? plain.hint() : remedy, cause);
    }

    static @Nullable String remedy(ServerError error) {
        return REMEDIES.stream()
                .filter(remedy -> remedy.helps(error))
                .map(Remedy::hint)
                .findFirst()
                .orElse(null);
    }

    private static String shortened(String text) {
        return text.length() <= CONTEXT_LIMIT ? text : text.substring(0, CONTEXT_LIMIT) + " …";
    }
}
