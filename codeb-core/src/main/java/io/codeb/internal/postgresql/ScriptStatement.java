package io.codeb.internal.postgresql;

import io.codeb.model.TableName;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a script's scanner must know of the statement at hand, and what statements before it have set: which table a
 * COPY fills, and the settings that change how a script reads. Statements nested in others (a function's body, a DO
 * block) are the server's affair.
 */
final class ScriptStatement implements ScriptLexer.Tokens {
    private static final String HEADER = " PostgreSQL database dump";
    private static final String CLUSTER_HEADER = " PostgreSQL database cluster dump";
    private static final String COMPLETE = " complete";

    /** Encodings in which a byte of a longer character can look like a quote or a backslash. */
    private static final Set<String> UNSAFE_ENCODINGS = Set.of(
            "SJIS",
            "SHIFTJIS",
            "SHIFTJIS2004",
            "MSKANJI",
            "WIN932",
            "WINDOWS932",
            "BIG5",
            "WIN950",
            "WINDOWS950",
            "GBK",
            "WIN936",
            "WINDOWS936",
            "UHC",
            "WIN949",
            "WINDOWS949",
            "GB18030",
            "JOHAB");

    /** The server's names of encodings that Java calls otherwise. */
    private static final Map<String, String> CHARSETS = Map.of(
            "UNICODE", "UTF-8",
            "LATIN9", "ISO-8859-15",
            "LATIN10", "ISO-8859-16",
            "EUCCN", "GB2312",
            "EUCJP", "EUC-JP",
            "EUCKR", "EUC-KR");

    /** psql's variables whose value somebody else chooses; what they hold would be lexed as SQL. */
    private static final Set<String> FOREIGN_VARIABLES =
            Set.of("DBNAME", "USER", "HOST", "LAST_ERROR_MESSAGE", "HISTFILE", "PROMPT1", "PROMPT2", "PROMPT3");

    private enum Kind {
        NONE,
        COPY,
        SET,
        BEGIN,
        COMMIT,
        ROLLBACK,
        PREPARE,
        OTHER
    }

    private enum Copy {
        NAME,
        NAMED,
        OTHER_SIDE,
        STREAM,
        DONE
    }

    private Kind kind = Kind.NONE;
    private @Nullable String unsafe;
    private boolean transactionLost;
    private @Nullable String unreadable;

    private Copy copy = Copy.NAME;
    private final List<String> copyName = new ArrayList<>();
    private boolean copyIn;
    private boolean copyStream;
    private int depth;

    private @Nullable String setting;
    private final List<String> settingValues = new ArrayList<>();
    private boolean settingValueNext;

    private Charset charset = StandardCharsets.UTF_8;
    private String defaultSchema = "public";
    private boolean standardStrings = true;

    private int headers;
    private int trailers;
    private boolean clusterHeader;
    private boolean clusterTrailer;

    /** Whether anything but blanks and comments came since the last statement's end. */
    boolean begun() {
        return kind != Kind.NONE;
    }

    /** Whether the statement begins or commits a transaction. */
    boolean bracketsTransaction() {
        return kind == Kind.BEGIN || kind == Kind.COMMIT;
    }

    /** Whether the statement undoes a transaction, or takes it out of its session's hands. */
    boolean losesTransaction() {
        return transactionLost;
    }

    /** What the statement does that reaches beyond the database; null for nothing. */
    @Nullable
    String unsafe() {
        return unsafe;
    }

    /** Why the statement, or what follows it, cannot be followed; null for nothing. */
    @Nullable
    String unreadable() {
        return unreadable;
    }

    boolean standardStrings() {
        return standardStrings;
    }

    boolean hasHeader() {
        return headers > 0 || clusterHeader;
    }

    boolean hasTrailer() {
        return hasHeader() && trailers >= headers && clusterTrailer == clusterHeader;
    }

    /**
     * Takes the statement's end and makes ready for the next.
     *
     * @return the table whose rows follow in the script, or null when none do
     */
    @Nullable
    TableName end() {
        TableName filled = null;
        if (kind == Kind.COPY && copyStream && copyIn) {
            int parts = copyName.size();
            filled = new TableName(parts > 1 ? copyName.get(parts - 2) : defaultSchema, copyName.get(parts - 1));
        } else if (kind == Kind.SET && setting != null && !settingValues.isEmpty()) {
            apply(setting, settingValues);
        }
        kind = Kind.NONE;
        transactionLost = false;
        copy = Copy.NAME;
        copyName.clear();
        copyIn = false;
        copyStream = false;
        depth = 0;
        setting = null;
        settingValues.clear();
        settingValueNext = false;
        return filled;
    }

    private void apply(String name, List<String> values) {
        String value = values.get(0);
        switch (name) {
            case "standard_conforming_strings" ->
                standardStrings = !Set.of("off", "of", "false", "fals", "fal", "fa", "f", "no", "n", "0")
                        .contains(value.toLowerCase(Locale.ROOT));
            case "client_encoding", "names" -> applyEncoding(value);
            case "search_path" ->
                values.stream()
                        .filter(schema -> !schema.isEmpty() && !schema.equals("$user"))
                        .findFirst()
                        .ifPresent(schema -> defaultSchema = schema);
            default -> {}
        }
    }

    private void applyEncoding(String value) {
        String name = value.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
        if (UNSAFE_ENCODINGS.contains(name)) {
            unreadable = "the encoding " + name + ", in which a character can look like a quote";
            return;
        }
        try {
            charset = Charset.forName(CHARSETS.getOrDefault(name, name.replaceFirst("^WIN(?=[0-9])", "windows-")));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            charset = StandardCharsets.UTF_8;
        }
    }

    @Override
    public void word(BoundedText text) {
        switch (kind) {
            case NONE -> {
                kind = kindOf(text);
                transactionLost = kind == Kind.ROLLBACK;
            }
            case COPY -> copyWord(text);
            case SET -> setWord(text);
            // ROLLBACK TO a savepoint keeps the transaction.
            case ROLLBACK -> transactionLost &= !text.is("to");
            case PREPARE -> {
                transactionLost = text.is("transaction");
                kind = Kind.OTHER;
            }
            case BEGIN, COMMIT, OTHER -> {}
        }
    }

    private static Kind kindOf(BoundedText firstWord) {
        if (firstWord.is("copy")) {
            return Kind.COPY;
        }
        if (firstWord.is("set")) {
            return Kind.SET;
        }
        if (firstWord.is("begin") || firstWord.is("start")) {
            return Kind.BEGIN;
        }
        if (firstWord.is("commit") || firstWord.is("end")) {
            return Kind.COMMIT;
        }
        if (firstWord.is("rollback") || firstWord.is("abort")) {
            return Kind.ROLLBACK;
        }
        return firstWord.is("prepare") ? Kind.PREPARE : Kind.OTHER;
    }

    private void copyWord(BoundedText text) {
        if (depth > 0 && copy != Copy.DONE) {
            return;
        }
        switch (copy) {
            case NAME -> {
                if (copyName.isEmpty() && text.is("binary")) {
                    unreadable = "rows in binary form";
                } else {
                    copyName.add(text.decodeFolded(charset));
                    copy = Copy.NAMED;
                }
            }
            case NAMED -> {
                copyIn = text.is("from");
                if (copyIn || text.is("to")) {
                    copy = Copy.OTHER_SIDE;
                }
            }
            case OTHER_SIDE -> {
                // The server takes either word for either direction.
                copyStream = text.is("stdin") || text.is("stdout");
                if (!copyStream) {
                    unsafe =
                            "COPY " + (copyIn ? "FROM " : "TO ") + (text.is("program") ? "PROGRAM" : "a server's file");
                }
                copy = Copy.DONE;
            }
            default -> refuseBinary(text);
        }
    }

    private void refuseBinary(BoundedText text) {
        if (copyStream && text.is("binary")) {
            unreadable = "rows in binary form";
        }
    }

    private void setWord(BoundedText text) {
        if (setting == null) {
            if (text.is("names")) {
                setting = "names";
                settingValueNext = true;
            } else if (!text.is("session") && !text.is("local")) {
                setting = text.decodeFolded(charset);
            }
        } else if (settingValueNext) {
            settingValues.add(text.decode(charset));
        } else {
            settingValueNext = text.is("to");
        }
    }

    @Override
    public void quotedName(BoundedText text) {
        if (kind == Kind.NONE) {
            kind = Kind.OTHER;
        } else if (kind == Kind.COPY && copy == Copy.NAME && depth == 0) {
            copyName.add(text.decode(charset));
            copy = Copy.NAMED;
        } else if (kind == Kind.COPY && copy == Copy.DONE) {
            refuseBinary(text);
        } else if (kind == Kind.SET && settingValueNext) {
            settingValues.add(text.decode(charset));
        } else if (kind == Kind.SET && setting == null) {
            setting = text.decodeFolded(charset);
        }
    }

    @Override
    public void literal(BoundedText text) {
        if (kind == Kind.NONE) {
            kind = Kind.OTHER;
        } else if (kind == Kind.COPY && copy == Copy.OTHER_SIDE) {
            unsafe = "COPY " + (copyIn ? "FROM" : "TO") + " a server's file";
            copy = Copy.DONE;
        } else if (kind == Kind.COPY && copy == Copy.DONE) {
            refuseBinary(text);
        } else if (kind == Kind.SET && settingValueNext) {
            settingValues.add(text.decode(charset));
        }
    }

    @Override
    public void symbol(byte character) {
        if (kind == Kind.NONE) {
            kind = Kind.OTHER;
        } else if (kind == Kind.COPY) {
            copySymbol(character);
        } else if (kind == Kind.SET) {
            settingValueNext |= character == '=';
            if (settingValueNext && character >= '0' && character <= '9') {
                settingValues.add(String.valueOf((char) character));
            }
        }
    }

    private void copySymbol(byte character) {
        if (character == '(') {
            if (copy == Copy.NAME && depth == 0) {
                copy = Copy.NAMED;
            }
            depth++;
        } else if (character == ')') {
            depth = Math.max(0, depth - 1);
        } else if (character == '.' && copy == Copy.NAMED && depth == 0) {
            copy = Copy.NAME;
        }
    }

    @Override
    public void variable(BoundedText text) {
        symbol((byte) ':');
        if (FOREIGN_VARIABLES.contains(text.decode(StandardCharsets.US_ASCII))) {
            unsafe = "psql's variable :" + text.decode(StandardCharsets.US_ASCII);
        }
    }

    @Override
    public void lineComment(BoundedText text) {
        if (begun()) {
            return;
        }
        String comment = text.decode(StandardCharsets.US_ASCII);
        switch (comment) {
            case HEADER -> headers++;
            case HEADER + COMPLETE -> trailers++;
            case CLUSTER_HEADER -> clusterHeader = true;
            case CLUSTER_HEADER + COMPLETE -> clusterTrailer = true;
            default -> {}
        }
    }
}
