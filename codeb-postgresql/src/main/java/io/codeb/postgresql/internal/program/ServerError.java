package io.codeb.postgresql.internal.program;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error of the server as psql writes it with VERBOSITY verbose. What is around the server's own words is in the
 * client's language, which is English.
 *
 * @param line the line of psql's input in which the statement ends; 0 where there is none
 * @param state the SQLSTATE
 * @param message the server's message, in its own language
 * @param detail more of it; empty for none
 * @param context what was at work; empty for none
 * @param source the file of PostgreSQL's sources that it comes from, which is the same in all languages; empty when the
 *     server does not tell
 */
public record ServerError(long line, String state, String message, String detail, String context, String source) {
    private static final Pattern FIRST_LINE =
            Pattern.compile("(?:psql:[^\\n]*?:([0-9]{1,18}): )?\\S[^\\n:]{0,40}:\\s+([0-9A-Z]{5}): (.*)");
    private static final Pattern OTHER_LINE =
            Pattern.compile("(DETAIL|HINT|QUERY|CONTEXT|LOCATION|LINE [0-9]+): *(.*)");
    /** The line in which an error is, and a mark below it; or a statement of a function's, up to the next field. */
    private static final Pattern STATEMENT = Pattern.compile(
            "^(?:LINE [0-9]+: .*\\R?(?: *\\^ *(?:\\R|$))?|QUERY: (?s:.*?)(?=^(?:CONTEXT|LOCATION):|^psql:|\\z))",
            Pattern.MULTILINE);

    private static final Pattern LOCATION = Pattern.compile(".*?([A-Za-z0-9_]+\\.[a-z]+):[0-9]+");

    /** Finds the errors in what psql wrote, but for successes and warnings. */
    static List<ServerError> in(String stderr) {
        List<ServerError> errors = new ArrayList<>();
        Draft draft = null;
        for (String line : stderr.lines().toList()) {
            Matcher first = FIRST_LINE.matcher(line);
            if (first.matches()) {
                add(draft, errors);
                draft = new Draft(first);
            } else if (draft != null && !line.startsWith("psql:")) {
                draft.take(line);
            }
        }
        add(draft, errors);
        return errors;
    }

    /**
     * The error that made psql stop.
     *
     * @param stderr what psql wrote
     * @param forgiven the lines of psql's input whose errors did not stop it
     * @return the last error, since psql stops at the first that is not forgiven; null for none
     */
    public static @Nullable ServerError fatal(String stderr, LongPredicate forgiven) {
        ServerError last = null;
        for (ServerError error : in(stderr)) {
            last = forgiven.test(error.line()) ? last : error;
        }
        return last;
    }

    /**
     * What psql wrote, without the pieces of statements in it: they can hold passwords.
     *
     * @param stderr what psql wrote
     */
    static String withoutStatements(String stderr) {
        return STATEMENT.matcher(stderr).replaceAll("");
    }

    private static void add(@Nullable Draft draft, List<ServerError> errors) {
        if (draft != null && !draft.state.startsWith("00") && !draft.state.startsWith("01")) {
            errors.add(draft.finished());
        }
    }

    private static final class Draft {
        private final long line;
        private final String state;
        private final StringBuilder message = new StringBuilder();
        private final StringBuilder detail = new StringBuilder();
        private final StringBuilder context = new StringBuilder();
        private final StringBuilder ignored = new StringBuilder();
        private String source = "";
        private StringBuilder current = message;

        Draft(Matcher first) {
            this.line = first.group(1) == null ? 0 : Long.parseLong(first.group(1));
            this.state = first.group(2);
            message.append(first.group(3));
        }

        void take(String text) {
            Matcher other = OTHER_LINE.matcher(text);
            if (!other.matches()) {
                current.append('\n').append(text);
                return;
            }
            current = switch (other.group(1)) {
                case "DETAIL" -> detail;
                case "CONTEXT" -> context;
                default -> ignored;
            };
            current.append(other.group(2));
            if (other.group(1).equals("LOCATION")) {
                Matcher location = LOCATION.matcher(other.group(2));
                source = location.matches() ? location.group(1) : "";
            }
        }

        ServerError finished() {
            return new ServerError(
                    line,
                    state,
                    message.toString().strip(),
                    detail.toString().strip(),
                    context.toString().strip(),
                    source);
        }
    }
}
