package io.codeb.postgresql.internal.script;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command in a script that psql would obey itself: what follows a backslash outside of quotes, up to the line's end.
 */
final class MetaCommand {
    /** Enough for the longest name of a database, every byte of it escaped twice. */
    private static final int TEXT_LIMIT = 512;

    /** psql itself takes letters and digits only. */
    private static final Pattern RESTRICTION = Pattern.compile("(un)?restrict[ \t]+[A-Za-z0-9]+[ \t\r]*");

    /** A name as it is or in double quotes, or a connection string of nothing but a name. */
    private static final Pattern CONNECT = Pattern.compile("(?:c|connect)[ \t]+(?:-reuse-previous=on[ \t]+)?"
            + "(?:([A-Za-z_][A-Za-z0-9_.$]*)|\"((?:[^\"]|\"\")+)\")[ \t\r]*");

    private static final Pattern CONNECTION_STRING = Pattern.compile("dbname='((?:[^'\\\\]|\\\\.)+)'");

    private static final Pattern NAME = Pattern.compile("[A-Za-z_]{1,32}|[!-~]?");

    private final BoundedText text = new BoundedText(TEXT_LIMIT);
    private boolean alone;
    private boolean backslashBefore;
    private boolean ended;

    /** Takes the backslash. */
    void start(boolean startsLine) {
        text.clear();
        alone = startsLine;
        backslashBefore = false;
        ended = false;
    }

    /** Whether what comes next is the script's again. */
    boolean ended() {
        return ended;
    }

    /**
     * Reads on.
     *
     * @return where the command has ended, a line's end not included, or {@code to}
     */
    int scan(byte[] bytes, int from, int to) {
        for (int p = from; p < to; p++) {
            byte b = bytes[p];
            if (b == '\n') {
                ended = true;
                return p;
            }
            boolean first = text.length() == 0;
            text.append(b);
            // A backslash before ; or : only hides it from psql, and two backslashes end a command.
            if (first ? b == ';' || b == ':' : backslashBefore && b == '\\') {
                ended = true;
                return p + 1;
            }
            backslashBefore = b == '\\' && !first;
        }
        return to;
    }

    /**
     * Whether this may be dropped: a line of its own that newer versions of pg_dump write for psql's protection.
     * Elsewhere than on a line of its own, dropping it could join what is around it to something else.
     */
    boolean isRestriction() {
        return alone && !text.isCut() && RESTRICTION.matcher(words()).matches();
    }

    /** The database that psql would connect to as the same user on the same server; null for any other command. */
    @Nullable
    String database() {
        Matcher connect = CONNECT.matcher(text.decode(StandardCharsets.UTF_8));
        if (!alone || text.isCut() || !connect.matches()) {
            return null;
        }
        if (connect.group(1) != null) {
            return connect.group(1);
        }
        String quoted = connect.group(2).replace("\"\"", "\"");
        Matcher string = CONNECTION_STRING.matcher(quoted);
        if (string.matches()) {
            return string.group(1).replaceAll("\\\\(.)", "$1");
        }
        return quoted.contains("=") || quoted.contains("://") ? null : quoted;
    }

    EngineException refused(long line) {
        Matcher matcher = NAME.matcher(words());
        String name = "\\" + (matcher.lookingAt() ? matcher.group() : "");
        return new EngineException(
                ErrorCode.DUMP_UNSAFE,
                "line " + line + " of the script has a command for psql: " + name,
                "a restore runs SQL and rows only, and no command of psql's");
    }

    private String words() {
        return text.decode(StandardCharsets.ISO_8859_1);
    }
}
