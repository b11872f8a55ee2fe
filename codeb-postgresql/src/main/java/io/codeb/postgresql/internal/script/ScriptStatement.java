package io.codeb.postgresql.internal.script;

import io.codeb.model.Reach;
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
    private static final String DUMPED_BY = " Dumped by pg_dump version ";

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

    /** How many words can stand before the name of the table in DELETE FROM ONLY schema.table. */
    private static final int TARGET_WORDS = 4;

    private enum Kind {
        NONE,
        COPY,
        SET,
        DO,
        /** INSERT and the like: there can be millions of them, and they are judged by what they call. */
        CHANGE,
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
    private @Nullable String unreadable;

    private final Runnable messageFound;
    private boolean program;

    private final ScriptCallWatch calls = new ScriptCallWatch();
    private @Nullable ScriptBody body;
    private int words;
    private @Nullable Reach changed;

    private Copy copy = Copy.NAME;
    /** The table that COPY or INSERT names. */
    private final List<String> table = new ArrayList<>();

    private boolean inserts;
    private boolean copyIn;
    private boolean copyStream;
    private @Nullable String copyFile;
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
    private String dumpedBy = "";

    /**
     * Makes a follower of statements.
     *
     * @param messageFound is run when a line turns out to be no statement but a message of pg_dump's
     */
    ScriptStatement(Runnable messageFound) {
        this.messageFound = messageFound;
    }

    /** Whether anything but blanks and comments came since the last statement's end. */
    boolean begun() {
        return kind != Kind.NONE;
    }

    /** Whether the statement changes rows and does nothing else, but for what it calls. */
    boolean changesRows() {
        return kind == Kind.CHANGE;
    }

    /** The table that an INSERT fills; null for another statement. */
    @Nullable
    TableName insertedInto() {
        return inserts && !table.isEmpty() ? table() : null;
    }

    private TableName table() {
        int parts = table.size();
        return new TableName(parts > 1 ? table.get(parts - 2) : defaultSchema, table.get(parts - 1));
    }

    /** Whether rows of a table follow or are asked for. */
    boolean copies() {
        return kind == Kind.COPY;
    }

    /** Whether rows follow its semicolon in the script. */
    boolean rowsFollow() {
        return kind == Kind.COPY && copyStream && copyIn;
    }

    /** How psql must not be fed: a variable of its own, a name that cannot be read; null for nothing of the kind. */
    @Nullable
    String unsafe() {
        return unsafe;
    }

    /** What its calls, its code or its target reach beyond the database, as far as it was read; null for nothing. */
    ScriptVerdict.@Nullable Refuse reaches() {
        if (copyFile != null) {
            return new ScriptVerdict.Refuse(copyFile, Reach.SERVER_FILES);
        }
        if (changed != null) {
            return new ScriptVerdict.Refuse("a change of a catalog that all databases share", changed);
        }
        if (calls.reach() != null) {
            return new ScriptVerdict.Refuse("a call of " + calls.called() + "()", calls.reach());
        }
        return body != null && body.reach() != null
                ? new ScriptVerdict.Refuse("a DO block with " + body.what(), body.reach())
                : null;
    }

    /** In which encoding its names are. */
    Charset charset() {
        return charset;
    }

    /** Takes it that the settings are as in a session that has just begun. */
    void resetSettings() {
        charset = StandardCharsets.UTF_8;
        defaultSchema = "public";
        standardStrings = true;
    }

    /** Why the statement, or what follows it, cannot be followed; null for nothing. */
    @Nullable
    String unreadable() {
        return unreadable;
    }

    boolean standardStrings() {
        return standardStrings;
    }

    /** Whether the script says of itself that it is of a whole server. */
    boolean isOfCluster() {
        return clusterHeader;
    }

    boolean hasHeader() {
        return headers > 0 || clusterHeader;
    }

    boolean hasTrailer() {
        return hasHeader() && trailers >= headers && clusterTrailer == clusterHeader;
    }

    /** The version of the pg_dump that made the script, as its head says; empty where it does not. */
    String dumpedBy() {
        return dumpedBy;
    }

    /**
     * Takes the statement's end and makes ready for the next.
     *
     * @return the table whose rows follow in the script, or null when none do
     */
    @Nullable
    TableName end() {
        TableName filled = null;
        if (rowsFollow()) {
            filled = table();
        } else if (kind == Kind.SET && setting != null && !settingValues.isEmpty()) {
            apply(setting, settingValues);
        }
        kind = Kind.NONE;
        calls.clear();
        body = null;
        program = false;
        words = 0;
        changed = null;
        copyFile = null;
        copy = Copy.NAME;
        table.clear();
        inserts = false;
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
        calls.name(text);
        switch (kind) {
            case NONE -> {
                kind = kindOf(text);
                inserts = text.is("insert");
                program = text.is("pg_dump") || text.is("pg_dumpall") || text.is("pg_restore");
                if (kind == Kind.DO) {
                    body = new ScriptBody();
                }
            }
            case COPY -> copyWord(text);
            case SET -> setWord(text);
            case CHANGE -> changeWord(text, false);
            case DO, OTHER -> {}
        }
        words++;
    }

    private static Kind kindOf(BoundedText firstWord) {
        if (firstWord.is("insert") || firstWord.is("update") || firstWord.is("delete") || firstWord.is("merge")) {
            return Kind.CHANGE;
        }
        if (firstWord.is("copy")) {
            return Kind.COPY;
        }
        if (firstWord.is("set")) {
            return Kind.SET;
        }
        return firstWord.is("do") ? Kind.DO : Kind.OTHER;
    }

    /** The table that is changed is among the first names: no keyword is called as a catalog is. */
    private void changeWord(BoundedText text, boolean quoted) {
        if (words <= TARGET_WORDS && changed == null) {
            changed = ScriptCalls.ofCatalog(text);
        }
        if (copy == Copy.NAMED) {
            copy = Copy.DONE;
        } else if (inserts && copy == Copy.NAME && (quoted || !text.is("into"))) {
            table.add(quoted ? text.decode(charset) : text.decodeFolded(charset));
            copy = Copy.NAMED;
        }
    }

    private void copyWord(BoundedText text) {
        if (depth > 0 && copy != Copy.DONE) {
            return;
        }
        switch (copy) {
            case NAME -> {
                if (table.isEmpty() && text.is("binary")) {
                    unreadable = "rows in binary form";
                } else {
                    table.add(text.decodeFolded(charset));
                    changed = ScriptCalls.ofCatalog(text);
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
                    copyFile = "COPY " + (copyIn ? "FROM" : "TO") + " PROGRAM";
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
        calls.name(text);
        if (kind == Kind.CHANGE) {
            changeWord(text, true);
            words++;
        }
        if (kind == Kind.NONE) {
            kind = Kind.OTHER;
        } else if (kind == Kind.COPY && copy == Copy.NAME && depth == 0) {
            table.add(text.decode(charset));
            changed = ScriptCalls.ofCatalog(text);
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
    public void escapedName() {
        unsafe = "a name in Unicode escapes";
    }

    @Override
    public void contents(byte[] bytes, int from, int to) {
        if (body != null) {
            body.scan(bytes, from, to);
        }
    }

    @Override
    public void literal(BoundedText text) {
        calls.other();
        if (body != null) {
            body.end();
        }
        if (kind == Kind.NONE) {
            kind = Kind.OTHER;
        } else if (kind == Kind.COPY && copy == Copy.OTHER_SIDE) {
            copyFile = "COPY " + (copyIn ? "FROM" : "TO") + " a server's file";
            copy = Copy.DONE;
        } else if (kind == Kind.COPY && copy == Copy.DONE) {
            refuseBinary(text);
        } else if (kind == Kind.SET && settingValueNext) {
            settingValues.add(text.decode(charset));
        }
    }

    @Override
    public void symbol(byte character) {
        if (program && words == 1) {
            program = false;
            if (character == ':') {
                messageFound.run();
                return;
            }
        }
        if (character == '(') {
            calls.parenthesis();
        } else {
            calls.other();
        }
        if (kind == Kind.NONE) {
            kind = Kind.OTHER;
        } else if (kind == Kind.COPY) {
            copySymbol(character);
        } else if (kind == Kind.CHANGE) {
            if (copy == Copy.NAMED) {
                copy = character == '.' ? Copy.NAME : Copy.DONE;
            }
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
            default -> {
                if (hasHeader() && dumpedBy.isEmpty() && comment.startsWith(DUMPED_BY) && !text.isCut()) {
                    dumpedBy = comment.substring(DUMPED_BY.length());
                }
            }
        }
    }
}
