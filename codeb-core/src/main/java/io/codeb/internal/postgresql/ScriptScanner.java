package io.codeb.internal.postgresql;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows a plain script of pg_dump, pg_dumpall or anybody as it streams by: counts the rows of every COPY block, sees
 * whether the script is whole, and holds back what psql must not read. It reads the script as psql does and keeps none
 * of it. Rows are lines: where a foreign script has rows in the format {@code csv}, a row with line ends in it counts
 * for several.
 *
 * <p>{@link ScriptPolicy#GUARD} keeps psql from doing anything but to send SQL. What the SQL does is for the server to
 * allow, even where that is to run a program; and a server-side function that changes
 * {@code standard_conforming_strings} unseen can make psql read on differently. psql's own {@code \restrict}, where psql
 * knows it, closes that gap.
 */
final class ScriptScanner {
    private static final int SCRATCH_SIZE = 64 * 1024;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private enum Mode {
        /** Before the first byte that is not of a byte order mark, which psql skips. */
        START,
        SQL,
        META_COMMAND,
        REST_OF_LINE,
        ROWS
    }

    /** Rows of a table, of as many COPY blocks as it has. */
    private static final class Count {
        private long rows;
    }

    private final ScriptPolicy policy;
    private final ScriptStatement statement = new ScriptStatement();
    private final ScriptLexer lexer = new ScriptLexer(ScriptLexer.Reader.PSQL, statement);
    private final MetaCommand metaCommand = new MetaCommand();
    private final BlankLine restOfLine = new BlankLine();
    private final CopyData data = new CopyData();
    private final Map<TableName, Count> counts = new HashMap<>();

    private Mode mode = Mode.START;
    private @Nullable Count filling;
    private int byteOrderMark;
    private long rows;
    private byte @Nullable [] scratch;

    private int chunkStart;
    private boolean chunkStartsLine = true;
    private int handedOn;
    private int statementFrom;
    private long lines = 1;
    private int linesUpTo;

    ScriptScanner(ScriptPolicy policy) {
        this.policy = policy;
    }

    /**
     * Follows the script on.
     *
     * @param src the next piece; all of it is consumed
     * @param out is given what may pass, in order, in buffers that are good during the call
     * @throws EngineException {@code DUMP_UNSAFE} or {@code DUMP_UNRECOGNIZED} when the script must not be run
     * @throws IntegrityException {@code CORRUPT} when this is no script that psql could read
     */
    void scan(ByteBuffer src, ScriptSink out) {
        if (src.hasArray()) {
            int from = src.arrayOffset() + src.position();
            int to = src.arrayOffset() + src.limit();
            src.position(src.limit());
            scan(src.array(), from, to, out);
            return;
        }
        if (scratch == null) {
            scratch = new byte[SCRATCH_SIZE];
        }
        while (src.hasRemaining()) {
            int length = Math.min(src.remaining(), scratch.length);
            src.get(scratch, 0, length);
            scan(scratch, 0, length, out);
        }
    }

    /** How many rows all COPY blocks had so far. */
    long rows() {
        return rows;
    }

    /** How many rows each table had so far, in the order of their names. */
    List<TableRows> tables() {
        return counts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry ->
                        new TableRows(entry.getKey().schema(), entry.getKey().name(), entry.getValue().rows))
                .toList();
    }

    /** Whether the comment went by that pg_dump or pg_dumpall begins a script with. */
    boolean hasDumpHeader() {
        return statement.hasHeader();
    }

    /** Whether every such beginning is matched by the comment that ends a script. */
    boolean hasDumpTrailer() {
        return statement.hasTrailer();
    }

    /**
     * Takes the script's end.
     *
     * @throws IntegrityException {@code TRUNCATED} when the script cannot end here
     * @throws EngineException {@code DUMP_UNSAFE} when it ends in a command that must not be run
     */
    void finish() {
        lexer.end();
        String missing = missing();
        if (missing != null) {
            throw new IntegrityException(
                    ErrorCode.TRUNCATED,
                    "the script ends in line " + lines + " " + missing,
                    "the file or stream was cut; make or fetch it again");
        }
        if (mode == Mode.META_COMMAND) {
            judgeMetaCommand(lines);
        }
    }

    private @Nullable String missing() {
        switch (mode) {
            case ROWS -> {
                if (!data.mayEndHere()) {
                    return "within the rows of a COPY";
                }
            }
            case REST_OF_LINE -> {
                if (filling != null) {
                    return "before the rows of a COPY";
                }
            }
            case SQL -> {
                if (lexer.open() != null) {
                    return "within " + lexer.open();
                }
                if (statement.begun() || !lexer.isBetweenTokens()) {
                    return "within a statement";
                }
            }
            case META_COMMAND -> {
                if (!statement.hasTrailer()) {
                    return "within a command for psql";
                }
            }
            case START -> {
                if (byteOrderMark % BYTE_ORDER_MARK.length != 0) {
                    return "within its first character";
                }
            }
        }
        return statement.hasHeader() && !statement.hasTrailer() ? "without the comment that ends a dump" : null;
    }

    private void scan(byte[] bytes, int from, int to, ScriptSink out) {
        chunkStart = from;
        handedOn = from;
        statementFrom = from;
        linesUpTo = from;
        if (policy != ScriptPolicy.PASS) {
            refuseNul(bytes, from, to);
        }
        int p = from;
        while (p < to) {
            Mode before = mode;
            p = switch (mode) {
                case START -> start(bytes[p], p);
                case SQL -> sql(bytes, p, to, out);
                case META_COMMAND -> metaCommand(bytes, p, to);
                case REST_OF_LINE -> restOfLine(bytes, p, to);
                case ROWS -> rows(bytes, p, to);
            };
            if (before != Mode.SQL && mode == Mode.SQL) {
                statementFrom = p;
            }
        }
        if (policy == ScriptPolicy.GUARD_IN_TRANSACTION) {
            refuseCutBracket(bytes, to);
        }
        if (mode != Mode.META_COMMAND || policy == ScriptPolicy.PASS) {
            handOn(bytes, to, out);
        }
        countLines(bytes, to);
        if (to > from) {
            chunkStartsLine = bytes[to - 1] == '\n';
        }
    }

    private int start(byte b, int p) {
        if (byteOrderMark < BYTE_ORDER_MARK.length && b == BYTE_ORDER_MARK[byteOrderMark]) {
            byteOrderMark++;
            return p + 1;
        }
        if (byteOrderMark < BYTE_ORDER_MARK.length) {
            lexer.scan(BYTE_ORDER_MARK, 0, byteOrderMark);
        }
        mode = Mode.SQL;
        return p;
    }

    private int sql(byte[] bytes, int from, int to, ScriptSink out) {
        int p = lexer.scan(bytes, from, to);
        switch (lexer.stop()) {
            case SEMICOLON -> endStatement(bytes, p, out);
            case BACKSLASH -> {
                int backslash = p - 1;
                metaCommand.start(backslash == chunkStart ? chunkStartsLine : bytes[backslash - 1] == '\n');
                mode = Mode.META_COMMAND;
                handOn(bytes, backslash, out);
            }
            case INVALID -> throw corrupt(lexer.problem(), lineAt(bytes, p));
            case CHUNK_END -> {}
        }
        refuseStatement(bytes, p);
        return p;
    }

    private void endStatement(byte[] bytes, int p, ScriptSink out) {
        refuseStatement(bytes, p);
        if (policy == ScriptPolicy.GUARD_IN_TRANSACTION && statement.bracketsTransaction()) {
            handOn(bytes, statementFrom, out);
            handedOn = p;
        }
        statementFrom = p;
        boolean standardStrings = statement.standardStrings();
        TableName table = statement.end();
        if (table != null) {
            filling = counts.computeIfAbsent(table, name -> new Count());
        } else if (standardStrings != statement.standardStrings()) {
            // psql asks for this setting once a line, so it is in force from the next line on.
            lexer.standardConformingStrings(statement.standardStrings());
        } else {
            return;
        }
        mode = Mode.REST_OF_LINE;
        restOfLine.start();
    }

    /** Text behind a COPY on its line would be run after the rows: nobody writes that, and nobody need follow it. */
    private int restOfLine(byte[] bytes, int from, int to) {
        int p = restOfLine.scan(bytes, from, to);
        if (restOfLine.hasText()) {
            throw corrupt("text behind a statement that must end its line", lineAt(bytes, p));
        }
        if (restOfLine.ended()) {
            mode = filling == null ? Mode.SQL : Mode.ROWS;
            data.start();
        }
        return p;
    }

    private int rows(byte[] bytes, int from, int to) {
        countLines(bytes, from);
        long before = data.rows();
        int p = data.scan(bytes, from, to);
        long more = data.rows() - before;
        rows += more;
        if (filling != null) {
            filling.rows += more;
        }
        lines += more;
        linesUpTo = p;
        if (data.ended()) {
            lines++;
            filling = null;
            mode = Mode.SQL;
        }
        return p;
    }

    private int metaCommand(byte[] bytes, int from, int to) {
        int p = metaCommand.scan(bytes, from, to);
        if (!metaCommand.ended()) {
            return p;
        }
        mode = Mode.SQL;
        if (policy != ScriptPolicy.PASS) {
            judgeMetaCommand(lineAt(bytes, p));
            // Only a line of its own gets here: it is dropped with its end.
            handedOn = p + 1;
            return p;
        }
        return p;
    }

    private void judgeMetaCommand(long line) {
        if (policy != ScriptPolicy.PASS && !metaCommand.isRestriction()) {
            throw metaCommand.refused(line);
        }
    }

    private void refuseStatement(byte[] bytes, int p) {
        if (statement.unreadable() != null) {
            throw new EngineException(
                    ErrorCode.DUMP_UNRECOGNIZED,
                    "line " + lineAt(bytes, p) + " of the script asks for " + statement.unreadable(),
                    "make the dump with pg_dump --encoding=UTF8 and with rows as text");
        }
        if (policy == ScriptPolicy.GUARD_IN_TRANSACTION && statement.losesTransaction()) {
            throw endsTransaction(bytes, p);
        }
        if (policy != ScriptPolicy.PASS && statement.unsafe() != null) {
            throw new EngineException(
                    ErrorCode.DUMP_UNSAFE,
                    "line " + lineAt(bytes, p) + " of the script has " + statement.unsafe(),
                    "a script may only hold SQL and rows; take it out if you trust the script");
        }
    }

    /** What is handed on cannot be taken back: a word that may be the start of a COMMIT must not be. */
    private void refuseCutBracket(byte[] bytes, int to) {
        boolean cutWord = !statement.begun() && !lexer.isBetweenTokens() && lexer.open() == null;
        if (mode == Mode.SQL && (statement.bracketsTransaction() || cutWord)) {
            throw endsTransaction(bytes, to);
        }
    }

    private EngineException endsTransaction(byte[] bytes, int p) {
        return new EngineException(
                ErrorCode.DUMP_UNSAFE,
                "line " + lineAt(bytes, p) + " of the script would end the transaction that it is restored in",
                "restore it into a new database, or take the statement out of the script");
    }

    private void refuseNul(byte[] bytes, int from, int to) {
        int nul = CopyData.indexOfNul(bytes, from, to);
        if (nul >= 0) {
            throw new EngineException(
                    ErrorCode.DUMP_UNRECOGNIZED,
                    "line " + lineAt(bytes, nul) + " of the script has a NUL byte, which no script has",
                    "a plain script is text, in an encoding such as UTF-8; was this one written as UTF-16?");
        }
    }

    private static IntegrityException corrupt(@Nullable String what, long line) {
        return new IntegrityException(
                ErrorCode.CORRUPT, "line " + line + " of the script has " + what, "make or fetch the script again");
    }

    private void handOn(byte[] bytes, int to, ScriptSink out) {
        if (to > handedOn) {
            out.pass(ByteBuffer.wrap(bytes, handedOn, to - handedOn));
        }
        handedOn = Math.max(handedOn, to);
    }

    private void countLines(byte[] bytes, int upTo) {
        lines += CopyData.newlines(bytes, linesUpTo, upTo);
        linesUpTo = upTo;
    }

    private long lineAt(byte[] bytes, int p) {
        return lines + CopyData.newlines(bytes, linesUpTo, p);
    }
}
